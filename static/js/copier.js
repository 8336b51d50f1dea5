// A button that copies a field: <button data-copier="id-of-the-field" hidden>. Without it the field is selected by hand.

import { annoncer } from "./page.js";

for (const bouton of document.querySelectorAll("[data-copier]")) {
  const champ = document.getElementById(bouton.dataset.copier);
  champ.addEventListener("focus", () => champ.select());
  if (!navigator.clipboard) continue;
  bouton.hidden = false;
  bouton.addEventListener("click", async () => {
    const texte = bouton.lastChild;
    const avant = texte.textContent;
    try {
      await navigator.clipboard.writeText(champ.value);
      texte.textContent = " Copié";
      annoncer("Le code est copié.");
    } catch {
      champ.select();
      annoncer("Le navigateur refuse la copie : le code est sélectionné, copiez-le au clavier.");
    }
    setTimeout(() => { texte.textContent = avant; }, 4000);
  });
}
