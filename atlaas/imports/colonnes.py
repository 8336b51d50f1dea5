"""The columns of a table of fiches: their headings, in the order of the form; those of others are recognised."""

from collections.abc import Mapping, Sequence
from functools import cache

from django.utils.text import slugify
from rapidfuzz import fuzz, process

from atlaas.historique import CHAMPS
from atlaas.models import Action

NUMERO, VERSION, IDENTIFIANT, SERVICES = "numero", "version", "identifiant", "services"
REPERES = {
    NUMERO: "Numéro de la fiche",
    VERSION: "Version de la fiche",
    IDENTIFIANT: "Identifiant d’origine",
}
SEUIL = 88  # of 100: a plural, an accent, a letter
AUTRES_NOMS = {
    NUMERO: "numéro, numéro de fiche, id fiche, id",
    VERSION: "version",
    IDENTIFIANT: "identifiant, référence, code action, identifiant externe",
    "titre": "nom, intitulé, libellé, nom de l’action, titre de l’action, titre de la fiche, action, projet",
    "resume": "résumé court, accroche, chapeau, présentation courte, en bref",
    "description": "descriptif, présentation, contenu, détail, texte, description longue",
    SERVICES: "service, code service, codes services, services du référentiel, services numériques",
    "stade": "avancement, état d’avancement, statut, où en est l’action, phase",
    "publics_vises": "publics visés, public visé, public, cible, publics cibles, bénéficiaires",
    "publics": "publics, avec vos mots, publics précisions, précision des publics",
    "date_debut": "début, date de début, lancement, date de lancement, mise en service, depuis",
    "date_fin": "fin, date de fin, clôture, échéance",
    "operateur": "opérateur, porteur, qui fait l’action, type d’opérateur, mode de gestion",
    "nom_operateur": "nom de l’opérateur, nom du porteur, organisme, prestataire",
    "resultats": "résultat, bilan, impact, effets",
    "indicateur_libelle": "indicateur, libellé de l’indicateur, ce que mesure l’indicateur",
    "indicateur_valeur": "valeur, valeur de l’indicateur, chiffre",
    "indicateur_unite": "unité, unité de l’indicateur",
    "indicateur_date": "date de l’indicateur, date de mesure",
    "cout": "budget, montant, coût total",
    "financement": "financeurs, financements, plan de financement",
    "outils": "outil, logiciel, logiciels, plateforme, plateformes, solution",
    "est_libre": "libre, open source, logiciel libre, logiciels libres",
    "est_replicable": "réplicable, reproductible, transférable, replicable",
    "comment_repliquer": "comment la reproduire, comment reproduire, conseils, conditions de réussite",
    "contact": "contact, service référent, direction",
    "lien": "url, site, site web, page, page web, adresse web, lien internet",
    "structure": "lieu, équipement, structure, lieu ou équipement",
    "adresse": "adresse du lieu, adresse postale",
    "latitude": "lat, y",
    "longitude": "lon, lng, long, x",
    "accessibilite": "accessibilité, rgaa, accessibilité numérique",
    "environnement": "environnement, impact environnemental, effet sur l’environnement",
    "donnees_personnelles": "données personnelles, rgpd",
}


def plier(texte: str) -> str:
    """Words without accents nor case, one space between: « Où_en est l’action ? » → ``ou en est l action``."""
    for signe, lettres in (("’", " "), ("'", " "), ("_", " "), ("/", " "), ("œ", "oe"), ("Œ", "oe")):
        texte = texte.replace(signe, lettres)
    return slugify(texte).replace("-", " ")


@cache
def titres() -> dict[str, str]:
    """{field: heading}, in the order of the table; the same in the template, the export and the choice of a column."""
    ordre = [NUMERO, VERSION, IDENTIFIANT, CHAMPS[0], CHAMPS[1], SERVICES, *CHAMPS[2:]]
    return {nom: REPERES.get(nom) or _titre(nom) for nom in ordre}


def _titre(nom: str) -> str:
    if nom == SERVICES:
        return "Services"
    libelle = str(Action._meta.get_field(nom).verbose_name)  # type: ignore[union-attr]
    return libelle[:1].upper() + libelle[1:]


@cache
def _noms_connus() -> dict[str, str]:
    """{folded name: field}; a heading of ours wins over another name."""
    connus = {plier(nom): nom for nom in titres()}
    for nom, autres in AUTRES_NOMS.items():
        for autre in autres.split(", "):
            connus.setdefault(plier(autre), nom)
    return connus | {plier(titre): nom for nom, titre in titres().items()}


def est_connue(titre: str) -> bool:
    return plier(titre) in _noms_connus()


def deviner(entete: Sequence[str]) -> dict[str, int]:
    """{field: rank of its column}: exact names first, then those that differ by little; a field has one column."""
    liaison: dict[str, int] = {}
    connus = _noms_connus()
    plies = [plier(titre) for titre in entete]
    for rang, nom in enumerate(plies):
        if nom in connus:
            liaison.setdefault(connus[nom], rang)
    prises = set(liaison.values())
    for rang, nom in enumerate(plies):
        if rang not in prises and len(nom) > 3:
            proche = process.extractOne(nom, connus.keys(), scorer=fuzz.ratio, score_cutoff=SEUIL)
            if proche and connus[proche[0]] not in liaison:
                liaison[connus[proche[0]]] = rang
    return liaison


def en_ordre(liaison: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(nom, liaison[nom]) for nom in titres() if nom in liaison]
