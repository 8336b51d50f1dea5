// <champ-collectivite>: a combobox with a list (ARIA APG, "list autocomplete with manual selection") over a plain input.
// The options come as HTML from the search page. Without this file the input stays a plain one, resolved on the server.
// data-url: address of the search; data-navigation: choosing an option opens the collectivité's page.

const ATTENTE = 150; // ms without typing before asking
const DELAI = 6000; // ms before giving up
const MINIMUM = 2;
let numero = 0;

class ChampCollectivite extends HTMLElement {
  connectedCallback() {
    if (this.liste) return;
    this.champ = this.querySelector("input");
    if (!this.champ) return;
    this.choix = this.querySelector("input[type=hidden][name$=_choix]");
    this.pour = this.querySelector("input[type=hidden][name$=_pour]");
    this.prefixe = `options-${++numero}`;
    this.actif = null;
    this.construire();
    this.champ.addEventListener("input", () => this.saisir());
    this.champ.addEventListener("keydown", (e) => this.touche(e));
    this.champ.addEventListener("click", () => { if (!this.ouverte && this.options.length) this.ouvrir(); });
    this.champ.addEventListener("blur", () => this.fermer());
    this.liste.addEventListener("mousedown", (e) => e.preventDefault()); // the focus stays in the field
    this.liste.addEventListener("click", (e) => {
      const option = e.target.closest("[role=option]");
      if (option) this.choisir(option);
    });
  }

  disconnectedCallback() {
    clearTimeout(this.minuterie);
    this.requete?.abort();
  }

  construire() {
    this.liste = document.createElement("ul");
    Object.assign(this.liste, { id: this.prefixe, className: "options", hidden: true });
    this.liste.setAttribute("role", "listbox");
    this.liste.setAttribute("aria-label", "Collectivités proposées");
    this.etat = document.createElement("p");
    this.etat.className = "etat-recherche";
    this.voix = document.createElement("p");
    this.voix.className = "visually-hidden";
    this.voix.setAttribute("role", "status");
    this.champ.after(this.liste, this.etat, this.voix);
    const attributs = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.prefixe };
    for (const [nom, valeur] of Object.entries(attributs)) this.champ.setAttribute(nom, valeur);
  }

  get options() { return [...this.liste.querySelectorAll("[role=option]")]; }
  get ouverte() { return !this.liste.hidden; }

  saisir() {
    this.oublierChoix();
    clearTimeout(this.minuterie);
    this.requete?.abort();
    const texte = this.champ.value.trim();
    if (texte.length < MINIMUM) { this.vider(); return; }
    this.minuterie = setTimeout(() => this.demander(texte), ATTENTE);
  }

  oublierChoix() {
    if (!this.pour) return;
    if (this.choix) this.choix.value = "";
    this.pour.value = "";
    const candidats = this.querySelector(".candidats"); // the choices of another text
    if (!candidats) return;
    candidats.remove();
    this.choix = document.createElement("input");
    Object.assign(this.choix, { type: "hidden", name: this.pour.name.replace(/_pour$/, "_choix") });
    this.pour.before(this.choix);
  }

  async demander(texte) {
    const requete = new AbortController();
    this.requete = requete;
    const limite = setTimeout(() => requete.abort("delai"), DELAI);
    try {
      const adresse = new URL(this.dataset.url, location.href);
      adresse.searchParams.set("q", texte);
      adresse.searchParams.set("fragment", "1");
      const reponse = await fetch(adresse, { signal: requete.signal, headers: { Accept: "text/html" } });
      if (!reponse.ok) throw new Error(reponse.status);
      const html = await reponse.text();
      if (this.requete === requete) this.montrer(html, texte);
    } catch {
      if (this.requete === requete && (!requete.signal.aborted || requete.signal.reason === "delai")) this.echouer();
    } finally {
      clearTimeout(limite);
    }
  }

  montrer(html, texte) {
    this.etat.textContent = "";
    this.activer(null);
    this.liste.innerHTML = html;
    this.options.forEach((option, rang) => { option.id = `${this.prefixe}-${rang}`; });
    const n = this.options.length;
    if (!n) {
      const message = document.createElement("li");
      message.className = "options__message";
      message.setAttribute("role", "presentation");
      message.textContent = `Aucune collectivité pour « ${texte} ».`;
      this.liste.replaceChildren(message);
    }
    if (document.activeElement === this.champ) this.ouvrir();
    this.annoncer(n ? `${n} ${n > 1 ? "collectivités proposées" : "collectivité proposée"}. Flèche bas pour choisir.` : `Aucune collectivité pour ${texte}.`);
  }

  echouer() {
    this.vider();
    const phrase = navigator.onLine
      ? "La recherche ne répond pas. Continuez : votre saisie sera cherchée à l’envoi du formulaire."
      : "Hors connexion : la recherche reprendra avec le réseau.";
    this.etat.textContent = phrase;
    this.annoncer(phrase);
    if (!navigator.onLine) addEventListener("online", () => this.saisir(), { once: true });
  }

  annoncer(phrase) { this.voix.textContent = phrase; }

  vider() {
    this.fermer();
    this.liste.replaceChildren();
    this.etat.textContent = "";
    this.annoncer("");
  }

  ouvrir() {
    this.liste.hidden = false;
    this.champ.setAttribute("aria-expanded", String(this.options.length > 0));
  }

  fermer() {
    this.liste.hidden = true;
    this.champ.setAttribute("aria-expanded", "false");
    this.activer(null);
  }

  activer(option) {
    this.actif?.setAttribute("aria-selected", "false");
    this.actif = option;
    if (!option) { this.champ.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.champ.setAttribute("aria-activedescendant", option.id);
  }

  touche(e) {
    if (e.isComposing || e.ctrlKey || e.metaKey) return;
    const faire = { ArrowDown: () => this.bouger(1, e), ArrowUp: () => this.bouger(-1, e), Enter: () => this.valider(e), Escape: () => this.echapper(e) }[e.key];
    if (faire) { faire(); return; }
    if (["Home", "End"].includes(e.key)) { // they move in the text, as APG has it, and leave the list
      this.activer(null);
      return;
    }
    if (e.key === "Tab" && this.ouverte && this.actif && !this.hasAttribute("data-navigation")) this.choisir(this.actif);
  }

  bouger(pas, e) {
    const options = this.options;
    if (!options.length) return;
    e.preventDefault();
    if (!this.ouverte) this.ouvrir();
    if (e.altKey) return;
    const rang = this.actif ? options.indexOf(this.actif) + pas : pas > 0 ? 0 : options.length - 1;
    this.activer(options[(rang + options.length) % options.length]);
  }

  valider(e) {
    if (!this.ouverte || !this.actif) { this.fermer(); return; } // nothing chosen: the form is sent as usual
    e.preventDefault();
    this.choisir(this.actif);
  }

  echapper(e) {
    if (this.ouverte) { e.preventDefault(); this.fermer(); return; }
    if (!this.champ.value) return;
    e.preventDefault();
    this.champ.value = "";
    this.saisir();
  }

  choisir(option) {
    clearTimeout(this.minuterie);
    this.requete?.abort();
    const { code, nom, url } = option.dataset;
    this.champ.value = nom;
    this.fermer();
    if (this.hasAttribute("data-navigation")) { location.assign(url); return; }
    this.oublierChoix();
    if (this.choix) this.choix.value = code;
    if (this.pour) this.pour.value = nom;
    this.liste.replaceChildren();
    this.annoncer(`${nom} : collectivité choisie.`);
    this.champ.dispatchEvent(new Event("change", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("collectivite-choisie", { bubbles: true, detail: { code, nom } }));
  }
}

customElements.define("champ-collectivite", ChampCollectivite);
