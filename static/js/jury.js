/* The reading room: "n" goes to the next dossier, the total follows the marks as they are chosen. */

const SAISIE = "input:not([type=radio]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (evenement) => {
  if (evenement.ctrlKey || evenement.metaKey || evenement.altKey || evenement.target.closest(SAISIE)) return;
  const lien = document.querySelector(`[data-touche="${CSS.escape(evenement.key)}"]`);
  if (lien) lien.click();
});

const total = document.querySelector("[data-total]");
const criteres = [...document.querySelectorAll("fieldset[data-poids]")];

function additionner() {
  let somme = 0;
  for (const critere of criteres) {
    const choisie = critere.querySelector("input[type=radio]:checked");
    if (!choisie) return (total.textContent = "–");
    somme += (Number(critere.dataset.poids) * Number(choisie.value)) / 5;
  }
  total.textContent = somme.toLocaleString("fr-FR", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

if (total && criteres.length) {
  additionner();
  document.addEventListener("change", additionner);
  document.addEventListener("sauvegarde:faite", additionner);
}
