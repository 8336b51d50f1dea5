/* data-sans-vides: the address of a search holds what was asked, and not what was left empty. */

const vide = (valeur) => valeur === "" || valeur === null || valeur === undefined;

// With htmx: the request, and the address that it writes.
addEventListener("htmx:configRequest", (e) => {
  const formulaire = e.target.closest?.("form[data-sans-vides]");
  if (!formulaire) return;
  const { parameters: parametres } = e.detail;
  for (const nom of Object.keys(parametres)) if (vide(parametres[nom])) delete parametres[nom];
  if (vide(parametres.pres) && vide(parametres.lat)) delete parametres.rayon; // it narrows nothing without a place
});

// Without it: fields that are empty are not sent.
addEventListener("formdata", (e) => {
  if (!e.target.matches?.("form[data-sans-vides]")) return;
  const envoi = e.formData;
  for (const [nom, valeur] of [...envoi]) if (vide(valeur)) envoi.delete(nom);
  if (!envoi.has("pres") && !envoi.has("lat")) envoi.delete("rayon");
});
