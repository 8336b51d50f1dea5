/*
 * For a form that is only begun: nothing can be lost before the first field is touched, so the saving comes then, and not
 * with the first visit; at once when this browser kept something that the server never received.
 */

const form = document.querySelector("form[data-sauvegarde]");
const charger = () => import("./sauvegarde.js");

function aGarde() {
  try {
    return localStorage.getItem(`sauvegarde:${form.dataset.cle}`) !== null;
  } catch {
    return false;
  }
}

if (form && aGarde()) charger();
else form?.addEventListener("focusin", charger, { once: true });
