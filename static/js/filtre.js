/*
 * data-filtre: a long list of checkboxes in groups gets a filter box. Words are looked for without accents; what is ticked
 * always stays in sight. Without JavaScript the whole list is there, folded by group.
 */

const simplifier = (texte) => texte.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function brancher(racine) {
  const barre = racine.querySelector("[data-filtre-barre]");
  const champ = racine.querySelector("[data-filtre-champ]");
  const compte = racine.querySelector("[data-filtre-compte]");
  const lignes = [...racine.querySelectorAll("[data-filtre-ligne]")].map((ligne) => {
    const bloc = ligne.closest("[data-filtre-bloc]");
    const texte = simplifier(`${ligne.textContent} ${bloc.querySelector("summary").textContent}`);
    return { ligne, bloc, texte, case: ligne.querySelector("input") };
  });
  const blocs = [...racine.querySelectorAll("[data-filtre-bloc]")];
  const ouverts = new Set(blocs.filter((bloc) => bloc.open));
  barre.hidden = false;

  function filtrer() {
    const mots = simplifier(champ.value).split(/\s+/u).filter(Boolean);
    let trouves = 0;
    for (const { ligne, texte, case: caseLigne } of lignes) {
      const correspond = mots.every((mot) => texte.includes(mot));
      if (correspond) trouves += 1;
      ligne.hidden = !correspond && !caseLigne.checked;
    }
    for (const bloc of blocs) {
      const visibles = bloc.querySelectorAll("[data-filtre-ligne]:not([hidden])").length;
      bloc.hidden = !visibles;
      bloc.open = mots.length ? visibles > 0 : ouverts.has(bloc) || Boolean(bloc.querySelector(":checked"));
    }
    for (const groupe of racine.querySelectorAll("[data-filtre-groupe]")) {
      groupe.hidden = !groupe.querySelector("[data-filtre-bloc]:not([hidden])");
    }
    const choisis = racine.querySelectorAll(":checked").length;
    const mot = choisis > 1 ? "services choisis" : "service choisi";
    compte.textContent = mots.length ? `${trouves} sur ${lignes.length}, ${choisis} ${mot}` : `${choisis} ${mot}`;
  }

  champ.addEventListener("input", (evenement) => {
    evenement.stopPropagation(); // the filter is no answer: nothing to save
    filtrer();
  });
  champ.addEventListener("keydown", (evenement) => { if (evenement.key === "Enter") evenement.preventDefault(); });
  racine.addEventListener("change", filtrer);
}

for (const racine of document.querySelectorAll("[data-filtre]")) brancher(racine);
