/*
 * data-tableur: fiches in a table, at the keyboard. Enter goes down a column, Shift + Enter up, Ctrl + Enter saves; the
 * rows that changed are counted, and leaving the page with some of them asks first. Without this file the table is a form.
 */

function brancher(formulaire) {
  const compte = formulaire.querySelector("[data-tableur-compte]");
  const lignes = [...formulaire.querySelectorAll("[data-ligne]")];
  const champs = (ligne) => [...ligne.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const valeur = (ligne) => JSON.stringify(champs(ligne).map((c) => (c.type === "checkbox" ? c.checked : c.value)));
  const depart = new Map(lignes.map((ligne) => [ligne, valeur(ligne)]));
  let nb = 0;
  let envoye = false;

  function compter(ligne) {
    ligne.toggleAttribute("data-changee", valeur(ligne) !== depart.get(ligne));
    nb = formulaire.querySelectorAll("[data-changee]").length;
    compte.textContent = nb > 1 ? `${nb} lignes changées` : nb ? "1 ligne changée" : "";
  }

  function resumer(ligne) {
    const choisis = ligne.querySelectorAll("details input:checked").length;
    const resume = ligne.querySelector("summary");
    resume.firstChild.textContent = choisis ? `${choisis}\u00a0public${choisis > 1 ? "s" : ""}` : "Choisir";
  }

  formulaire.addEventListener("input", (evenement) => {
    const ligne = evenement.target.closest("[data-ligne]");
    if (!ligne) return;
    resumer(ligne);
    compter(ligne);
  });

  formulaire.addEventListener("keydown", (evenement) => {
    const { target: champ, key } = evenement;
    const ligne = champ.closest("[data-ligne]");
    if (key !== "Enter" || !ligne || !champ.dataset.colonne) return;
    evenement.preventDefault();
    if (evenement.ctrlKey || evenement.metaKey) return formulaire.requestSubmit();
    const cible = lignes[lignes.indexOf(ligne) + (evenement.shiftKey ? -1 : 1)];
    const autre = cible?.querySelector(`[data-colonne="${champ.dataset.colonne}"]`);
    autre?.closest("details")?.setAttribute("open", "");
    autre?.focus();
    return undefined;
  });

  formulaire.addEventListener("submit", () => { envoye = true; });
  addEventListener("pageshow", () => { envoye = false; });
  addEventListener("beforeunload", (evenement) => { if (nb && !envoye) evenement.preventDefault(); });
  formulaire.querySelector("[data-tableur-touches]").hidden = false;
}

document.querySelectorAll("[data-tableur]").forEach(brancher);
