/* data-voisins: n goes to the next page, p to the one before, where no field has the focus. A shortcut of one letter can
   be switched off (WCAG 2.1.4); the choice stays on this device. */

const CLE = "raccourcis-voisins";
const SAISIE = "input, textarea, select, button, summary, [contenteditable], [role=textbox]";

function actifs() {
  try {
    return localStorage.getItem(CLE) !== "non";
  } catch {
    return true;
  }
}

function retenir(choix) {
  try {
    localStorage.setItem(CLE, choix ? "oui" : "non");
  } catch {
    /* private mode: the choice lasts as long as the page */
  }
}

function brancher(nav) {
  let ouverts = actifs();
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "btn btn-link btn-sm";
  const dire = () => {
    bouton.textContent = ouverts
      ? "Touches n et p : enjeu suivant, précédent. Les désactiver"
      : "Activer les touches n et p : enjeu suivant, précédent";
  };
  bouton.addEventListener("click", () => {
    ouverts = !ouverts;
    retenir(ouverts);
    dire();
  });
  dire();
  nav.append(bouton);
  addEventListener("keydown", (e) => {
    if (!ouverts || e.defaultPrevented || e.ctrlKey || e.altKey || e.metaKey || e.repeat) return;
    if (document.activeElement?.matches(SAISIE)) return;
    const sens = { n: "next", p: "prev" }[e.key.toLowerCase()];
    if (sens) nav.querySelector(`a[rel=${sens}]`)?.click();
  });
}

for (const nav of document.querySelectorAll("[data-voisins]")) brancher(nav);
