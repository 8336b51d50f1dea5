// The map of the Atlaas. The server has drawn the first view, its table and its list; here the drawing becomes a map one
// moves in: the same outlines, the cells that the database counts for the box, and the list of that box beside it.
const SEUIL = 7; // zoom from which cells are shown rather than départements
const ETIQUETTES = 5.5; // zoom from which each département has room for its number
const EUROPE = [[41.2, -5.3], [51.2, 9.7]];
const SERRES = new Set(["75", "92", "93", "94"]); // too small for a number at the first view: they have their own drawing
const ZOOM_CONTOURS = 9; // the outlines are in the pixels of that zoom
const calme = matchMedia("(prefers-reduced-motion: reduce)").matches;
const cadre = document.querySelector("[data-carte]");
const L = window.L;
if (cadre && L) demarrer(cadre);

function nombre(n) {
  return n.toLocaleString("fr-FR");
}
function actions(n) {
  return `${nombre(n)} action${n > 1 ? "s" : ""}`;
}
function bornes(texte) {
  const [ouest, sud, est, nord] = texte.split(",").map(Number);
  return L.latLngBounds([sud, ouest], [nord, est]);
}

/** Rings of a path of the outlines: absolute starts, relative steps. */
function anneaux(trace) {
  return [...trace.matchAll(/M([-\d ]+)l([-\d ]+)z/g)].map(([, debut, suite]) => {
    const [x0, y0] = debut.match(/-?\d+/g).map(Number);
    const pas = suite.match(/-?\d+/g).map(Number);
    const points = [[x0, y0]];
    for (let i = 0, x = x0, y = y0; i < pas.length; i += 2) {
      x += pas[i];
      y += pas[i + 1];
      points.push([x, y]);
    }
    return points.map(([x, y]) => L.CRS.EPSG3857.pointToLatLng(L.point(x, y), ZOOM_CONTOURS));
  });
}

async function demarrer(section) {
  const hote = document.createElement("div");
  hote.className = "carte-atlaas__leaflet";
  hote.setAttribute("role", "region");
  hote.setAttribute("aria-label", "Carte des actions. Flèches pour se déplacer, plus et moins pour zoomer.");
  const etat = document.createElement("p");
  etat.className = "carte-etat";
  etat.setAttribute("role", "status");
  const dessin = section.querySelector(".carte-atlaas__dessin");
  const departements = [...dessin.querySelectorAll(".departement")].concat([...section.querySelectorAll(".carte-encarts li:nth-child(n+2) .departement")]);
  dessin.hidden = true;
  dessin.after(hote, etat);

  const carte = L.map(hote, {
    zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 16, zoomSnap: 0.25, zoomDelta: 1, maxBounds: [[-85, -180], [85, 180]],
    zoomAnimation: !calme, fadeAnimation: !calme, markerZoomAnimation: !calme, inertia: !calme,
  });
  L.control.zoom({ zoomInTitle: "Rapprocher", zoomOutTitle: "Éloigner" }).addTo(carte);
  const etiquettes = L.layerGroup();
  const grappes = L.layerGroup().addTo(carte);
  const titre = section.querySelector("#carte-titre");
  const premierTitre = titre.textContent;
  const legende = section.querySelector(".carte-legende");
  let demande = null;
  let cree = false;

  function aller(vers, options = {}) {
    carte.fitBounds(vers, { animate: !calme, ...options });
  }

  // 1. where to look first: the box of the URL, the place searched around, France
  const { bbox, lieu, tuiles } = section.dataset;
  let autour = null;
  if (bbox) carte.fitBounds(bornes(bbox), { animate: false });
  else if (lieu) {
    const [latitude, longitude, rayon] = lieu.split(",").map(Number);
    carte.fitBounds(L.latLng(latitude, longitude).toBounds(rayon * 2000), { animate: false });
    autour = L.circle([latitude, longitude], { radius: rayon * 1000, className: "carte-autour", interactive: false }).addTo(carte);
  } else carte.fitBounds(EUROPE, { animate: false });
  if (tuiles) {
    hote.classList.add("carte-tuiles");
    L.tileLayer(tuiles, { maxZoom: 16 }).addTo(carte);
  }

  // 2. the outlines
  const contours = new DOMParser().parseFromString(await (await fetch(section.dataset.contours)).text(), "image/svg+xml");
  const fond = contours.getElementById("voisins");
  L.polygon(anneaux(fond.getAttribute("d")).map((a) => [a]), { className: "carte-voisins", interactive: false }).addTo(carte);
  for (const { dataset } of departements) {
    const trace = contours.getElementById(`d${dataset.code}`);
    if (!trace) continue;
    const nb = Number(dataset.nb);
    const forme = L.polygon(anneaux(trace.getAttribute("d")).map((a) => [a]), { className: `carte-departement classe-${dataset.rang}` });
    forme.bindTooltip(() => (carte.getZoom() < SEUIL ? `${dataset.nom} : ${nb ? actions(nb) : "aucune action"}` : dataset.nom), { sticky: true });
    forme.on("click", () => carte.getZoom() < SEUIL && aller(bornes(dataset.boite)));
    forme.addTo(carte);
    if (nb && !SERRES.has(dataset.code)) {
      const [x, y] = trace.dataset.centre.split(" ").map(Number);
      bouton(L.CRS.EPSG3857.pointToLatLng(L.point(x, y), ZOOM_CONTOURS), {
        classe: `carte-chiffre carte-chiffre--${dataset.rang}`, texte: nombre(nb), largeur: 40, hauteur: 24,
        nom: `${dataset.nom} : ${actions(nb)}. Rapprocher`, agir: () => aller(bornes(dataset.boite)),
      }, etiquettes);
    }
  }
  autour?.bringToFront();
  for (const lien of section.querySelectorAll(".carte-encarts .departement")) {
    lien.addEventListener("click", (evenement) => {
      if (evenement.ctrlKey || evenement.metaKey || evenement.shiftKey) return;
      evenement.preventDefault();
      aller(bornes(lien.dataset.boite));
      hote.scrollIntoView({ block: "nearest", behavior: calme ? "auto" : "smooth" });
    });
  }

  const entiere = document.createElement("button");
  entiere.type = "button";
  entiere.className = "btn btn-secondary carte-entiere";
  entiere.textContent = "Toute la France";
  entiere.addEventListener("click", () => aller(EUROPE));
  hote.after(entiere);

  function bouton(point, { classe, texte, sous, nom, largeur, hauteur, agir, bulle }, groupe) {
    const html = document.createElement("span");
    html.textContent = texte;
    if (sous) html.dataset.sous = sous;
    const repere = L.marker(point, { icon: L.divIcon({ className: classe, html, iconSize: [largeur, hauteur] }), keyboard: true, riseOnHover: true });
    repere.on("add", () => {
      const element = repere.getElement();
      element.setAttribute("aria-label", nom);
      element.setAttribute("role", "button");
      element.addEventListener("keydown", (evenement) => { // a picture that is pressed answers as a button does
        if (evenement.key !== "Enter" && evenement.key !== " ") return;
        evenement.preventDefault();
        evenement.stopPropagation();
        if (agir) agir();
        else repere.openPopup();
      });
    });
    if (agir) repere.on("click", agir);
    else {
      repere.bindPopup(bulle, { closeButton: false });
      repere.on("popupopen", ({ popup }) => popup.getElement().querySelector("a").focus());
      repere.on("popupclose", () => repere.getElement()?.focus({ preventScroll: true }));
    }
    return repere.addTo(groupe);
  }

  function grappe(cellule) {
    const ou = cellule.lieu ? ` à ${cellule.lieu}` : "";
    if (cellule.titre) {
      bouton(cellule.point, { classe: "carte-grappe carte-grappe--une", texte: "1", sous: nomme(cellule), largeur: 26, hauteur: 26, nom: `${cellule.titre}${ou}`, bulle: () => bulle(cellule) }, grappes);
      return;
    }
    const cote = Math.round(26 + 7 * Math.log10(cellule.nb));
    bouton(cellule.point, { classe: "carte-grappe", texte: nombre(cellule.nb), sous: nomme(cellule), largeur: Math.max(cote, 12 + 9 * String(cellule.nb).length), hauteur: cote, nom: `${actions(cellule.nb)}${ou}. Rapprocher`, agir: () => ouvrir(cellule) }, grappes);
  }

  /** The town's name, where there is room for it. */
  function nomme({ lieu: ville }) {
    return carte.getZoom() >= 8 ? ville : "";
  }

  function bulle({ titre, url, lieu: ville }) {
    const corps = document.createElement("p");
    const lien = document.createElement("a");
    lien.href = url;
    lien.textContent = titre;
    corps.append(lien, document.createElement("br"), ville ?? "");
    return corps;
  }

  /** Nearer; where everything is at one place, the list is what is left to read. */
  function ouvrir({ cadre: [ouest, sud, est, nord], point }) {
    if (Math.max(est - ouest, nord - sud) > 0.002 && carte.getZoom() < 16) aller([[sud, ouest], [nord, est]], { maxZoom: 15 });
    else if (carte.getZoom() < 13) carte.setView(point, 13, { animate: !calme });
    else document.getElementById("carte-liste").focus();
  }

  function adresse(apres = {}) {
    const vue = carte.getBounds();
    const nombres = [
      Math.max(-180, vue.getWest()), Math.max(-85, vue.getSouth()), Math.min(180, vue.getEast()), Math.min(85, vue.getNorth()),
    ];
    const parametres = new URLSearchParams(section.dataset.recherche);
    parametres.set("bbox", nombres.map((n) => n.toFixed(4)).join(","));
    parametres.set("zoom", Math.min(16, Math.floor(carte.getZoom())));
    for (const [nom, valeur] of Object.entries(apres)) parametres.set(nom, valeur);
    return parametres;
  }

  /** The picture and the list of the box, together: a newer box drops the older one's answers. */
  async function lire(liste = true, page = {}) {
    demande?.abort();
    demande = new AbortController();
    const { signal } = demande;
    const parametres = adresse(page);
    const avaitLeFocus = hote.contains(document.activeElement);
    const pres = carte.getZoom() >= SEUIL;
    hote.classList.toggle("carte-pres", pres);
    titre.textContent = pres ? "Nombre d’actions à chaque endroit" : premierTitre;
    if (legende) legende.hidden = pres;
    if (!pres && carte.getZoom() >= ETIQUETTES) etiquettes.addTo(carte);
    else etiquettes.remove();
    const cible = document.getElementById("carte-liste");
    if (liste) cible.setAttribute("aria-busy", "true");
    try {
      const attendues = [pres ? fetch(`${section.dataset.cellules}?${parametres}`, { signal }) : null];
      if (liste) attendues.push(fetch(`${section.dataset.carte}?${parametres}`, { signal, headers: { "HX-Request": "true", "HX-Target": "carte-liste" } }));
      const [cellules, fragment] = await Promise.all(attendues);
      if ((cellules && !cellules.ok) || (fragment && !fragment.ok)) throw new Error("refus");
      const lues = cellules ? (await cellules.json()).cellules : [];
      const html = fragment ? await fragment.text() : "";
      grappes.clearLayers();
      lues.forEach(grappe);
      if (avaitLeFocus && !hote.contains(document.activeElement)) hote.focus({ preventScroll: true });
      etat.textContent = "";
      if (liste) poser(cible, html, parametres);
    } catch (erreur) {
      if (erreur.name === "AbortError") return;
      cible.removeAttribute("aria-busy");
      etat.textContent = "La carte n’a pas pu être lue : vérifiez la connexion, puis déplacez-la.";
    }
  }

  function poser(cible, html, parametres) {
    const neuve = new DOMParser().parseFromString(html, "text/html").getElementById("carte-liste");
    cible.replaceWith(neuve);
    document.getElementById("annonce").textContent = neuve.querySelector("[data-compte]").dataset.compte;
    history.replaceState(null, "", `?${parametres}`);
    for (const nom of ["bbox", "zoom"]) {
      const champ = document.querySelector(`form.recherche-atlaas [name=${nom}]`);
      if (champ) champ.value = parametres.get(nom);
    }
    for (const lien of document.querySelectorAll(".onglets a[aria-current]")) lien.href = `?${parametres}`;
  }

  // 3. from then on, what moves the map changes the list
  await lire(Boolean(lieu) && !bbox);
  carte.on("moveend", () => { if (cree) lire(); });
  carte.on("resize", () => carte.invalidateSize());
  cree = true;
}
