/*
 * <form data-ordre>: a list whose lines are also dragged by their [data-poignee]. Its buttons do the same with the
 * keyboard and without this file; what is said here is where a line has come, and that the list is saved.
 */

import { annoncer } from "./page.js";

const formulaire = () => document.querySelector("form[data-ordre]");
const ligneDe = (element) => element?.closest?.("form[data-ordre] li");
let tenue = null;
let deplacee = null;

function dire(phrase, genre) {
  const etat = document.querySelector("[data-ordre-etat]");
  if (!etat) return;
  etat.className = `enregistrement enregistrement--${genre}`;
  etat.textContent = phrase;
}

function heure() {
  const date = new Date();
  return `${date.getHours()}\u00a0h\u00a0${String(date.getMinutes()).padStart(2, "0")}`;
}

function preparer() {
  formulaire()?.classList.add("a-une-poignee");
}

// Dragging: a line can be held by its handle alone, so that its text can still be selected.
addEventListener("pointerdown", (e) => {
  const ligne = ligneDe(e.target.closest?.("[data-poignee]"));
  if (ligne) ligne.draggable = true;
});
addEventListener("pointerup", (e) => { const ligne = ligneDe(e.target); if (ligne) ligne.draggable = false; });
addEventListener("dragstart", (e) => {
  tenue = ligneDe(e.target);
  if (!tenue) return;
  e.dataTransfer.effectAllowed = "move";
  tenue.classList.add("est-tenue");
});
addEventListener("dragover", (e) => {
  const dessous = ligneDe(e.target);
  if (!tenue || !dessous) return;
  e.preventDefault();
  if (dessous === tenue) return;
  const { top, height } = dessous.getBoundingClientRect();
  if (e.clientY > top + height / 2) dessous.after(tenue);
  else dessous.before(tenue);
});
addEventListener("drop", (e) => { if (tenue) e.preventDefault(); });
addEventListener("dragend", () => {
  if (!tenue) return;
  tenue.classList.remove("est-tenue");
  tenue.draggable = false;
  deplacee = tenue.dataset.titre;
  tenue = null;
  formulaire()?.dispatchEvent(new Event("ranger"));
});

// An arrow: the focus stays on it, or goes to the other one at an end of the list.
let bouton = null;
addEventListener("submit", (e) => {
  if (e.target !== formulaire()) return;
  bouton = ["monter", "descendre"].includes(e.submitter?.name) ? e.submitter.id : null;
  deplacee = bouton ? ligneDe(e.submitter).dataset.titre : null;
}, true);

addEventListener("htmx:afterSettle", (e) => {
  if (e.detail.elt?.id !== "fiches" && e.target?.id !== "fiches") return;
  preparer();
  dire(`Enregistré à ${heure()}`, "fait");
  if (!deplacee) return;
  const lignes = [...document.querySelectorAll("form[data-ordre] li")];
  const place = lignes.findIndex((ligne) => ligne.dataset.titre === deplacee);
  if (place >= 0) annoncer(`« ${deplacee} » est maintenant en place ${place + 1} sur ${lignes.length}.`);
  const suivant = bouton && document.getElementById(bouton);
  if (suivant) (suivant.disabled ? suivant.parentElement.querySelector(".btn:not(:disabled)") : suivant).focus();
  deplacee = bouton = null;
});

// A reason is saved when one leaves it; the list is not drawn again meanwhile.
addEventListener("htmx:afterRequest", (e) => {
  if (!e.target.matches?.("form[data-ordre] textarea")) return;
  if (e.detail.successful) dire(`Enregistré à ${heure()}`, "fait");
});
for (const nom of ["htmx:responseError", "htmx:sendError"]) {
  addEventListener(nom, (e) => {
    if (!e.target.closest?.("form[data-ordre]")) return;
    const trop = e.detail.xhr?.status === 422;
    dire(trop ? "Non enregistré : une raison dépasse 300 caractères." : "Non enregistré : réessayez.", "erreur");
  });
}

preparer();
