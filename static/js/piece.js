/* data-taille-max on a file field: says at once that a file is too large. data-modele-pour: starts a text from a model. */

for (const champ of document.querySelectorAll("input[type=file][data-taille-max]")) {
  champ.addEventListener("change", () => {
    const limite = Number(champ.dataset.tailleMax);
    const trop = [...champ.files].find((fichier) => fichier.size > limite);
    const mo = (octets) => (octets / 1048576).toFixed(1).replace(".", ",");
    champ.setCustomValidity(trop ? `« ${trop.name} » pèse ${mo(trop.size)} Mo : la limite est de ${mo(limite)} Mo.` : "");
    champ.reportValidity();
  });
}

for (const bloc of document.querySelectorAll("[data-modele-pour]")) {
  const champ = document.getElementById(bloc.dataset.modelePour);
  const modele = document.querySelector("template[data-modele]");
  if (!champ || champ.disabled || !modele) continue;
  bloc.hidden = false;
  bloc.querySelector("button").addEventListener("click", () => {
    const texte = modele.content.textContent;
    champ.value = champ.value.trim() ? `${champ.value}\n\n${texte}` : texte;
    champ.dispatchEvent(new Event("input", { bubbles: true }));
    champ.focus();
  });
}
