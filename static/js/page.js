// What every page does once its HTML stands. Nothing here is needed to use the page.

const annonce = document.getElementById("annonce");

/** Say a sentence to screen readers, politely. */
export function annoncer(phrase) {
  annonce.textContent = "";
  requestAnimationFrame(() => { annonce.textContent = phrase; });
}

// A menu (<details data-menu>) closes with Escape, with a click elsewhere, and when focus leaves it.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (e) => {
    if (e.relatedTarget && !menu.contains(e.relatedTarget)) menu.open = false;
  });
  document.addEventListener("click", (e) => { if (!menu.contains(e.target)) menu.open = false; });
}

// After a refused form, the summary of errors takes the focus.
document.querySelector("[data-resume-erreurs]")?.focus();
addEventListener("htmx:afterSwap", (e) => e.target.querySelector?.("[data-resume-erreurs]")?.focus());

// A form is sent once: a second press while the first is on its way is dropped.
addEventListener("submit", (e) => {
  const formulaire = e.target;
  if (e.defaultPrevented || formulaire.method === "dialog" || formulaire.hasAttribute("data-plusieurs-envois")) return;
  if (formulaire.dataset.envoye) { e.preventDefault(); return; }
  if (formulaire.method === "post") formulaire.dataset.envoye = "1";
});
addEventListener("pageshow", () => {
  for (const f of document.querySelectorAll("form[data-envoye]")) delete f.dataset.envoye;
});
addEventListener("htmx:afterRequest", (e) => { delete e.target.closest?.("form")?.dataset.envoye; });

// Buttons that cannot be undone ask first (data-confirmer="Supprimer cette fiche ?").
addEventListener("submit", (e) => {
  const question = e.submitter?.dataset.confirmer ?? e.target.dataset.confirmer;
  if (question && !confirm(question)) { e.preventDefault(); delete e.target.dataset.envoye; }
}, true);

// Length: said before in the help text, counted during under the field (textarea with maxlength).
function compter(champ) {
  let note = champ.parentElement.querySelector(".compteur");
  if (!note) {
    note = document.createElement("p");
    note.className = "compteur";
    note.id = `${champ.id}_compteur`;
    champ.setAttribute("aria-describedby", `${champ.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
    champ.after(note);
  }
  const reste = champ.maxLength - champ.value.length;
  note.textContent = reste > 1 ? `Il reste ${reste} caractères.` : reste === 1 ? "Il reste 1 caractère." : "La longueur maximale est atteinte.";
  note.classList.toggle("compteur--plein", reste <= 0);
}
function estCompte(champ) {
  return champ.matches?.("textarea[maxlength]:not([data-compteur])");
}
addEventListener("input", (e) => { if (estCompte(e.target)) compter(e.target); });
addEventListener("focusin", (e) => { if (estCompte(e.target)) compter(e.target); });
