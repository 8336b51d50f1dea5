/*
 * data-reconduction: the table of last year's actions at the keyboard. Letters and arrows are heard on the radio buttons of
 * a row only, so that nothing typed elsewhere is taken (WCAG 2.1.4). Radio buttons, filter and « tout reconduire » work
 * without this file; sauvegarde.js saves what changes.
 */

const TOUCHES = { r: "reconduire", m: "mettre_a_jour", c: "clore", a: "" };
const AVANCENT = new Set(["reconduire", "mettre_a_jour"]);

function brancher(racine) {
  const lignes = [...racine.querySelectorAll("[data-ligne]")];
  const trouver = (nom) => document.querySelector(`[data-reconduction-${nom}]`);
  const [compte, filtre, tout, fini] = ["compte", "filtre", "tout", "fini"].map(trouver);
  const [liste, vide] = ["maj", "vide"].map(trouver);
  let seulement = filtre.getAttribute("aria-pressed") === "true";

  const choisi = (ligne) => ligne.querySelector("input[type=radio]:checked")?.value ?? "";
  const reconductibles = () => lignes.filter((ligne) => "eligible" in ligne.dataset && !choisi(ligne));

  /** A row that was just treated stays until the focus leaves it. */
  function filtrer() {
    for (const ligne of lignes) {
      ligne.hidden = seulement && choisi(ligne) !== "" && !ligne.contains(document.activeElement);
    }
    fini.hidden = lignes.some((ligne) => !ligne.hidden);
  }

  function rappeler() {
    const marquees = lignes.filter((ligne) => choisi(ligne) === "mettre_a_jour");
    liste.replaceChildren(
      ...marquees.map((ligne) => {
        const puce = document.createElement("li");
        puce.append(...[...ligne.querySelector(".decision__suite--maj").childNodes].map((noeud) => noeud.cloneNode(true)));
        puce.querySelector("a").textContent = ligne.querySelector("th a").textContent;
        return puce;
      }),
    );
    liste.hidden = !marquees.length;
    vide.hidden = marquees.length > 0;
  }

  function actualiser() {
    const traitees = lignes.filter((ligne) => choisi(ligne) !== "").length;
    const texte = `${traitees}\u00a0/\u00a0${lignes.length}`;
    if (compte.textContent !== texte) compte.textContent = texte;
    const reste = reconductibles().length;
    tout.textContent = reste ? `Tout reconduire (${reste})` : "Rien à reconduire";
    tout.disabled = !reste;
    rappeler();
    filtrer();
  }

  /** The end date is today where nothing else is known; it goes with the decision. */
  function dater(ligne) {
    const fin = ligne.querySelector(".decision__suite--fin input");
    if (choisi(ligne) !== "clore") fin.value = "";
    else if (!fin.value) fin.value = fin.dataset.defaut;
  }

  function choisir(ligne, valeur) {
    const bouton = ligne.querySelector(`input[type=radio][value="${valeur}"]`);
    bouton.checked = true;
    bouton.dispatchEvent(new Event("input", { bubbles: true }));
    bouton.dispatchEvent(new Event("change", { bubbles: true }));
    return bouton;
  }

  function aller(ligne, sens) {
    const visibles = lignes.filter((autre) => !autre.hidden);
    const cible = visibles[visibles.indexOf(ligne) + sens] ?? ligne;
    cible.querySelector("input[type=radio]:checked").focus();
  }

  racine.addEventListener("keydown", (evenement) => {
    const ligne = evenement.target.closest("[data-ligne]");
    if (!ligne || evenement.target.type !== "radio" || evenement.target.matches(":disabled")) return;
    if (evenement.ctrlKey || evenement.metaKey || evenement.altKey) return;
    const sens = { ArrowUp: -1, ArrowDown: 1 }[evenement.key];
    const valeur = TOUCHES[evenement.key.toLowerCase()];
    if (sens === undefined && valeur === undefined) return;
    evenement.preventDefault();
    if (sens) return aller(ligne, sens);
    choisir(ligne, valeur).focus();
    if (AVANCENT.has(valeur)) aller(ligne, 1);
  });

  racine.addEventListener("change", (evenement) => {
    const ligne = evenement.target.closest("[data-ligne]");
    if (!ligne || evenement.target.type !== "radio") return;
    dater(ligne);
    actualiser();
  });
  racine.addEventListener("focusout", () => setTimeout(filtrer));

  tout.addEventListener("click", (evenement) => {
    evenement.preventDefault();
    for (const ligne of reconductibles()) choisir(ligne, "reconduire");
    filtre.focus(); // the button is spent: the focus is not lost with it
  });

  filtre.setAttribute("role", "button");
  filtre.setAttribute("aria-pressed", String(seulement));
  const basculer = (evenement) => {
    evenement.preventDefault();
    seulement = !seulement;
    filtre.setAttribute("aria-pressed", String(seulement));
    filtrer();
  };
  filtre.addEventListener("click", basculer);
  filtre.addEventListener("keydown", (evenement) => { if (evenement.key === " ") basculer(evenement); });

  trouver("touches").hidden = false;
  // An answer put back by sauvegarde.js, or chosen between two versions, changes the rows too.
  racine.closest("form").addEventListener("input", () => queueMicrotask(actualiser));
  actualiser();
}

for (const racine of document.querySelectorAll("[data-reconduction]")) brancher(racine);
