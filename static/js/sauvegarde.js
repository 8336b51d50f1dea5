/*
 * <form data-sauvegarde data-cle="{{ user.pk }}-what"> with a hidden input "numero_version".
 *
 * What is typed is kept in the browser at once, then posted to the form's own address with the header X-Sauvegarde: 1.
 * The server answers JSON: 200 {etat, numero_version, enregistre_le (ISO), erreurs: {field: sentence}},
 * 401 {connexion} when the login has expired, 409 {numero_version, valeurs: {field: value or list}, par} when somebody
 * saved in between, 403 {motif}. A first save may add {adresse, cle}: where the form goes on, and its new data-cle. Whatever happens the form keeps what was typed; the browser's copy goes
 * only once the server has it.
 */

import { normaliser } from "./compteur.js";

const PAUSE = 1000; // ms without typing before a save
const NOUVEL_ESSAI = 15000;
const INTERNES = new Set(["csrfmiddlewaretoken", "numero_version"]);

const heure = (iso) => {
  const date = new Date(iso);
  return `${date.getHours()}\u00a0h\u00a0${String(date.getMinutes()).padStart(2, "0")}`;
};

const jetonCsrf = (form) =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/u)?.[1] ?? form.elements.csrfmiddlewaretoken?.value ?? "";

/** {name: [values]} of what a person types: no file, no hidden machinery; every named field is there, even when empty. */
export function valeurs(form) {
  const lues = {};
  for (const champ of form.elements) {
    if (champ.name && !INTERNES.has(champ.name) && !["file", "submit", "button"].includes(champ.type)) lues[champ.name] ??= [];
  }
  for (const [nom, valeur] of new FormData(form)) {
    if (typeof valeur === "string" && nom in lues) lues[nom].push(valeur.replace(/\r\n?/gu, "\n"));
  }
  return lues;
}

export function remplir(form, nom, lues) {
  for (const champ of form.elements) {
    if (champ.name !== nom) continue;
    if (champ.type === "checkbox" || champ.type === "radio") champ.checked = lues.includes(champ.value);
    else if (champ.tagName === "SELECT" && champ.multiple)
      for (const option of champ.options) option.selected = lues.includes(option.value);
    else if (champ.type !== "file") champ.value = lues[0] ?? "";
    champ.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const egales = (a, b) => (a ?? []).map(normaliser).join("\u0000") === (b ?? []).map(normaliser).join("\u0000");

function element(nom, attributs = {}, ...contenu) {
  const cree = document.createElement(nom);
  for (const [cle, valeur] of Object.entries(attributs)) cree.setAttribute(cle, valeur);
  cree.append(...contenu);
  return cree;
}

/** {state: [look, icon of the sprite]} */
const APPARENCES = {
  enregistre: ["fait", "succes"],
  encours: ["encours", "synchro"],
  horsligne: ["hors-ligne", "hors-ligne"],
  deconnecte: ["hors-ligne", "hors-ligne"],
  refuse: ["erreur", "erreur"],
  conflit: ["erreur", "attention"],
};

function dessin(icone) {
  const planche = document.querySelector("svg use")?.getAttribute("href")?.split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icone");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  if (planche) use.setAttribute("href", `${planche}#${icone}`);
  svg.append(use);
  return svg;
}

class Sauvegarde {
  constructor(form) {
    this.form = form;
    this.cle = `sauvegarde:${form.dataset.cle}`;
    this.etat = form.querySelector("[data-indicateur-sauvegarde]") ?? this.creerEtat();
    this.enregistrees = valeurs(form);
    form.addEventListener("input", (evenement) => this.surSaisie(evenement));
    form.addEventListener("change", (evenement) => this.surSaisie(evenement));
    form.addEventListener("submit", (evenement) => this.surEnvoi(evenement));
    addEventListener("online", () => this.reessayer());
    addEventListener("focus", () => this.reessayer());
    this.reprendre();
  }

  get version() {
    return this.form.elements.numero_version?.value ?? "0";
  }

  set version(numero) {
    if (this.form.elements.numero_version) this.form.elements.numero_version.value = numero;
  }

  creerEtat() {
    const etat = element("p", { role: "status", "data-indicateur-sauvegarde": "", class: "enregistrement" });
    this.form.prepend(etat);
    return etat;
  }

  dire(code, texte, lien = null) {
    const [genre, icone] = APPARENCES[code];
    this.etat.className = `enregistrement enregistrement--${genre}`;
    const phrase = element("span", {}, texte);
    if (lien) phrase.append(" ", element("a", { href: lien.href }, lien.texte));
    this.etat.replaceChildren(dessin(icone), phrase);
  }

  /* The copy kept on this device */

  garder() {
    try {
      const copie = { version: this.version, valeurs: valeurs(this.form), depuis: this.enregistrees };
      localStorage.setItem(this.cle, JSON.stringify(copie));
    } catch {
      /* private mode or full: the page itself still holds what was typed */
    }
  }

  oublier() {
    try {
      localStorage.removeItem(this.cle);
    } catch {
      /* nothing was kept */
    }
  }

  /** After a new sign-in, a crash or a closed tab: put back what the server never received, and send it. */
  reprendre() {
    let copie = null;
    try {
      copie = JSON.parse(localStorage.getItem(this.cle) ?? "null");
    } catch {
      return;
    }
    if (!copie) return;
    const depuis = copie.depuis ?? {};
    const noms = Object.keys(copie.valeurs).filter(
      (nom) =>
        this.form.elements[nom] &&
        !egales(copie.valeurs[nom], this.enregistrees[nom]) &&
        !(nom in depuis && egales(copie.valeurs[nom], depuis[nom])),
    );
    if (!noms.length) return this.oublier();
    const autres = this.enregistrees;
    for (const nom of noms) remplir(this.form, nom, copie.valeurs[nom]);
    const disputes = noms.filter((nom) => !(nom in depuis) || !egales(depuis[nom], autres[nom]));
    if (copie.version === this.version || !disputes.length) {
      this.dire("encours", "Votre saisie gardée sur cet appareil est reprise…");
      this.enregistrer();
    } else {
      const recues = Object.fromEntries(disputes.map((nom) => [nom, autres[nom]]));
      this.arbitrer({ numero_version: this.version, valeurs: recues, par: "" }, depuis);
    }
  }

  /* Saving */

  surSaisie(evenement) {
    if (evenement.target.type === "file" || evenement.target.closest("[data-arbitrage]")) return;
    this.garder();
    clearTimeout(this.minuterie);
    if (!this.arbitrage) this.minuterie = setTimeout(() => this.enregistrer(), PAUSE);
  }

  get estModifiee() {
    const lues = valeurs(this.form);
    return Object.keys(lues).some((nom) => !egales(lues[nom], this.enregistrees[nom]));
  }

  reessayer() {
    if (this.enEchec && !this.arbitrage) this.enregistrer();
  }

  /** Save first, send the whole form after: a refused save keeps the person, and the text, on the page. */
  async surEnvoi(evenement) {
    const jeton = this.form.elements.csrfmiddlewaretoken;
    if (jeton) jeton.value = jetonCsrf(this.form);
    if (!this.estModifiee && !this.enEchec) return;
    evenement.preventDefault();
    clearTimeout(this.minuterie);
    if (await this.enregistrer()) HTMLFormElement.prototype.submit.call(this.avecBouton(evenement.submitter));
  }

  /** A form sent by script forgets the button that was pressed. */
  avecBouton(bouton) {
    if (bouton?.name) this.form.append(element("input", { type: "hidden", name: bouton.name, value: bouton.value }));
    return this.form;
  }

  async enregistrer() {
    if (this.enVol) {
      await this.enVol;
      if (!this.estModifiee) return !this.enEchec;
    }
    clearTimeout(this.minuterie);
    this.enVol = this.poster();
    const reussi = await this.enVol;
    this.enVol = null;
    if (reussi && this.estModifiee) this.minuterie = setTimeout(() => this.enregistrer(), PAUSE);
    return reussi;
  }

  async poster() {
    this.dire("encours", "Enregistrement…");
    const envoyees = valeurs(this.form);
    const corps = new FormData(this.form);
    for (const champ of this.form.querySelectorAll("input[type=file]")) corps.delete(champ.name);
    let reponse;
    try {
      reponse = await fetch(this.form.getAttribute("action") || location.pathname, {
        method: "POST",
        body: corps,
        headers: { "X-Sauvegarde": "1", "X-CSRFToken": jetonCsrf(this.form), Accept: "application/json" },
        redirect: "error",
      });
    } catch {
      return this.echouer("horsligne", "Hors connexion\u00a0: gardé sur cet appareil");
    }
    const recu = await reponse.json().catch(() => ({}));
    if (reponse.ok) return this.reussir(recu, envoyees);
    if (reponse.status === 401) {
      const lien = { href: recu.connexion ?? `/compte/login/?next=${location.pathname}`, texte: "Se reconnecter" };
      return this.echouer("deconnecte", "Votre session a expiré. Votre saisie est gardée sur cet appareil.", lien);
    }
    if (reponse.status === 409) return this.arbitrer(recu);
    if (reponse.status === 403) {
      const motif = recu.motif ?? "La page a expiré\u00a0: rechargez-la.";
      return this.echouer("refuse", `Non enregistré, gardé sur cet appareil. ${motif}`, null, false);
    }
    return this.echouer("refuse", "Le serveur n’a pas répondu\u00a0: gardé sur cet appareil, nouvel essai dans un instant.");
  }

  reussir(recu, envoyees) {
    this.enEchec = false;
    this.enregistrees = envoyees;
    this.version = recu.numero_version;
    if (recu.adresse) this.demenager(recu);
    if (!this.estModifiee) this.oublier();
    else this.garder();
    this.dire("enregistre", `Enregistré à ${heure(recu.enregistre_le)}`);
    this.signaler(recu.erreurs ?? {});
    this.form.dispatchEvent(new CustomEvent("sauvegarde:faite", { bubbles: true, detail: recu }));
    return true;
  }

  /** The first save of a new thing gave it an address of its own: what follows goes there, and so does a reload. */
  demenager({ adresse, cle }) {
    this.oublier();
    this.cle = `sauvegarde:${cle}`;
    this.form.setAttribute("action", adresse);
    history.replaceState(history.state, "", adresse);
  }

  echouer(code, texte, lien = null, recommencer = true) {
    this.enEchec = true;
    this.garder();
    this.dire(code, texte, lien);
    if (recommencer && code !== "deconnecte") this.minuterie = setTimeout(() => this.reessayer(), NOUVEL_ESSAI);
    return false;
  }

  /* Messages at the fields */

  signaler(erreurs) {
    for (const ancienne of this.form.querySelectorAll("[data-erreur-de]")) ancienne.remove();
    for (const [nom, phrase] of Object.entries(erreurs)) {
      const champ = this.form.querySelector(`#id_${CSS.escape(nom)}`);
      if (!champ || this.form.querySelector(`#error_1_id_${CSS.escape(nom)}`)) continue;
      champ.setAttribute("aria-invalid", "true");
      const attributs = { class: "invalid-feedback d-block", "data-erreur-de": nom, id: `erreur_${nom}` };
      champ.insertAdjacentElement("afterend", element("p", attributs, phrase));
    }
    for (const champ of this.form.querySelectorAll("[aria-invalid]")) {
      if (!(champ.name in erreurs)) champ.removeAttribute("aria-invalid");
    }
  }

  /* Two people, one form: what only one of them changed is kept; of what both changed, both versions, field by field */

  libelle(nom) {
    const champ = this.form.querySelector(`[name="${CSS.escape(nom)}"]`);
    const legende = champ?.closest("fieldset")?.querySelector("legend");
    const etiquette = ["checkbox", "radio"].includes(champ?.type) ? legende : champ?.labels?.[0];
    return (etiquette ?? legende)?.textContent.trim() ?? nom;
  }

  lisible(nom, lues) {
    const mots = lues.map((valeur) => {
      for (const champ of this.form.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
        if (champ.tagName === "SELECT") return [...champ.options].find((o) => o.value === valeur)?.text ?? valeur;
        if (["checkbox", "radio"].includes(champ.type) && champ.value === valeur)
          return champ.labels?.[0]?.textContent.trim() ?? valeur;
      }
      return valeur;
    });
    return mots.join(", ") || "(vide)";
  }

  /** ``bases``: the answers from which both started. */
  arbitrer({ numero_version: numero, valeurs: recues = {}, par = "" }, bases = this.enregistrees) {
    this.enEchec = true;
    const autres = Object.fromEntries(Object.entries(recues).map(([nom, valeur]) => [nom, [valeur].flat().map(String)]));
    this.reprendreDesAutres(autres);
    this.garder();
    const miennes = valeurs(this.form);
    const divergents = Object.keys(miennes).filter(
      (nom) => nom in autres && !egales(miennes[nom], autres[nom]) && !egales(autres[nom], bases[nom]),
    );
    this.arbitrage?.remove();
    this.arbitrage = null;
    if (!divergents.length) {
      this.version = numero;
      clearTimeout(this.minuterie);
      return this.poster();
    }
    const qui = par || "une autre personne";
    this.dire("conflit", `${par || "Une autre personne"} a enregistré cette page pendant votre saisie. Choisissez ci-dessous.`);
    this.arbitrage = element("section", { "data-arbitrage": "", class: "arbitrage", tabindex: "-1" });
    const corps = element("div", {}, element("h2", {}, "Deux versions : laquelle garder ?"));
    for (const nom of divergents) corps.append(this.choix(nom, miennes[nom], autres[nom], qui));
    const bouton = element("button", { type: "button", class: "btn btn-primary" }, "Enregistrer ce choix");
    bouton.addEventListener("click", () => this.trancher(numero, divergents, autres));
    corps.append(bouton);
    this.arbitrage.append(corps);
    this.etat.insertAdjacentElement("afterend", this.arbitrage);
    this.arbitrage.focus();
    return false;
  }

  /** Their answers where nothing was typed here since the last save. */
  reprendreDesAutres(autres) {
    const miennes = valeurs(this.form);
    for (const [nom, lues] of Object.entries(miennes)) {
      if (!(nom in autres) || !egales(lues, this.enregistrees[nom]) || egales(lues, autres[nom])) continue;
      remplir(this.form, nom, autres[nom]);
      this.enregistrees[nom] = autres[nom];
    }
  }

  choix(nom, mienne, autre, qui) {
    const groupe = element("fieldset", { class: "mb-3" }, element("legend", {}, this.libelle(nom)));
    const versions = [
      ["mienne", "Ma version", mienne, true],
      ["autre", `La version de ${qui}`, autre, false],
    ];
    for (const [code, titre, lues, coche] of versions) {
      const id = `arbitrage_${nom}_${code}`;
      const bouton = element("input", { type: "radio", class: "form-check-input", name: `arbitrage-${nom}`, id, value: code, form: "" });
      bouton.checked = coche;
      const texte = element("span", { class: "texte-libre d-block" }, this.lisible(nom, lues));
      const etiquette = element("label", { class: "form-check-label", for: id }, element("strong", {}, titre), texte);
      groupe.append(element("div", { class: "form-check" }, bouton, etiquette));
    }
    return groupe;
  }

  trancher(numero, divergents, autres) {
    for (const nom of divergents) {
      if (this.arbitrage.querySelector(`#${CSS.escape(`arbitrage_${nom}_autre`)}`).checked) remplir(this.form, nom, autres[nom]);
    }
    this.arbitrage.remove();
    this.arbitrage = null;
    this.version = numero;
    this.garder();
    this.enregistrer();
    this.etat.setAttribute("tabindex", "-1");
    this.etat.focus();
  }
}

function partout(racine) {
  for (const form of racine.querySelectorAll("form[data-sauvegarde]")) {
    if (form.dataset.sauvegardePrete) continue;
    form.dataset.sauvegardePrete = "1";
    new Sauvegarde(form);
  }
}

partout(document);
document.addEventListener("htmx:load", (evenement) => partout(evenement.target));
