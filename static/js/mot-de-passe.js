// Passwords: show what is typed (data-mot-de-passe), and count what the rule still asks (data-regle-mot-de-passe).
// The rule is that of comptes/validators.py; the server alone decides.

function types(mot) {
  const noms = [];
  if (!/\p{Lu}/u.test(mot)) noms.push("une majuscule");
  if (!/\p{Ll}/u.test(mot)) noms.push("une minuscule");
  if (!/\p{Nd}/u.test(mot)) noms.push("un chiffre");
  if (!/[^\p{L}\p{N}]/u.test(mot)) noms.push("un caractère spécial");
  return noms;
}

function mots(mot) {
  return new Set(mot.toLowerCase().split(/[\s\-_.,;:!?'’]+/u).filter((m) => [...m].length >= 2 && /\p{L}/u.test(m))).size;
}

function constat(mot) {
  const n = [...mot].length;
  const absents = types(mot);
  const nbMots = mots(mot);
  const sansSpecial = absents.filter((a) => a !== "un caractère spécial");
  if ((n >= 12 && !absents.length) || (n >= 14 && !sansSpecial.length) || nbMots >= 7) return "Ce mot de passe convient.";
  if (nbMots >= 4) return `Encore ${7 - nbMots} mot${nbMots < 6 ? "s" : ""} différent${nbMots < 6 ? "s" : ""}.`;
  const manques = n < 12 ? [`${12 - n} caractère${n < 11 ? "s" : ""} de plus`, ...absents] : absents;
  return `Il manque : ${manques.join(", ")}.`;
}

for (const champ of document.querySelectorAll("input[data-mot-de-passe]")) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "btn btn-link btn-sm";
  bouton.setAttribute("aria-controls", champ.id);
  const ecrire = () => { bouton.textContent = champ.type === "password" ? "Afficher le mot de passe" : "Masquer le mot de passe"; };
  bouton.addEventListener("click", () => { champ.type = champ.type === "password" ? "text" : "password"; ecrire(); champ.focus(); });
  ecrire();
  champ.after(bouton);
  champ.form?.addEventListener("submit", () => { champ.type = "password"; });
  if (!champ.hasAttribute("data-regle-mot-de-passe")) continue;
  const note = document.createElement("p");
  note.className = "compteur";
  note.setAttribute("role", "status");
  bouton.after(note);
  champ.addEventListener("input", () => { note.textContent = champ.value ? constat(champ.value) : ""; });
}
