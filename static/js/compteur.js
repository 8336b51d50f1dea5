/* data-compteur="1000": counts the characters of a textarea as the server does, says what is left, and never cuts. */

const RETOURS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/gu;
const PUCES = /[\u2023\u25aa\u25cf\uf0a7\uf0b7\uf0d8]/gu;
const INVISIBLES =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ue000-\uf8ff]/gu;
/* What joins two emojis stays, and only that. */
const LIANT = /([\p{Extended_Pictographic}\ufe0f\u{1f3fb}-\u{1f3ff}])?\u200d(?=(\p{Extended_Pictographic})?)/gu;
const ESPACES = /[\t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]/gu;
const FINS = /[ \u00a0]+$/gmu;
const VIDES = /\n{3,}/gu;
const BORDS = /^[ \n\u00a0]+|[ \n\u00a0]+$/gu;

/** Same table as villes_internet/socle/saisie.py. */
export function normaliser(texte) {
  return texte
    .normalize("NFC")
    .replace(RETOURS, "\n")
    .replace(PUCES, "•")
    .replace(INVISIBLES, "")
    .replace(LIANT, (tout, avant, apres) => (avant && apres ? tout : (avant ?? "")))
    .replace(ESPACES, " ")
    .replace(FINS, "")
    .replace(VIDES, "\n\n")
    .replace(BORDS, "");
}

const lecteur = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("fr", { granularity: "grapheme" }) : null;

/** Characters as their reader counts them, like ``compter`` on the server; code points where the browser is too old. */
export function compter(texte) {
  const propre = normaliser(texte);
  return [...(lecteur ? lecteur.segment(propre) : propre)].length;
}

const nombre = new Intl.NumberFormat("fr-FR");

function phrase(compte, maximum) {
  const trop = compte - maximum;
  if (trop > 0) return `${nombre.format(trop)} ${trop > 1 ? "caractères" : "caractère"} de trop, sur ${nombre.format(maximum)}.`;
  return `${nombre.format(compte)} sur ${nombre.format(maximum)} caractères.`;
}

function brancher(champ) {
  const maximum = Number(champ.dataset.compteur);
  if (!maximum || champ.dataset.compteurPret) return;
  champ.dataset.compteurPret = "1";
  const sortie = document.createElement("p");
  sortie.className = "compteur";
  sortie.id = `${champ.id}_compteur`;
  champ.insertAdjacentElement("afterend", sortie);
  champ.setAttribute("aria-describedby", `${champ.getAttribute("aria-describedby") ?? ""} ${sortie.id}`.trim());
  const ecrire = () => {
    const compte = compter(champ.value);
    sortie.textContent = phrase(compte, maximum);
    sortie.classList.toggle("compteur--plein", compte > maximum);
  };
  champ.addEventListener("input", ecrire);
  ecrire();
}

function partout(racine) {
  for (const champ of racine.querySelectorAll("textarea[data-compteur], input[data-compteur]")) brancher(champ);
}

if (typeof document !== "undefined") {
  partout(document);
  document.addEventListener("htmx:load", (evenement) => partout(evenement.target));
}
