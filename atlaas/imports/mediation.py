"""The national standard of the places of digital mediation (LaMednum/standard-mediation-num, version 1.0): one place,
one fiche.

Telephones and e-mail addresses are not read; those that another text holds are masked before it is kept. Several values
stand between « | » (as published), « ; » (as the standard says) or commas: known words are looked for in the cell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from atlaas.donnees.queries.lignes import masquer
from atlaas.imports.colonnes import plier
from atlaas.models import Operateur, Public, Stade
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre, services_dans
from villes_internet.territoires.models import Collectivite

COLONNES = (
    "id",
    "pivot",
    "nom",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "latitude",
    "longitude",
    "typologie",
    "site_web",
    "horaires",
    "presentation_resume",
    "presentation_detail",
    "itinerance",
    "structure_parente",
    "date_maj",
    "services",
    "publics_specifiquement_adresses",
    "prise_en_charge_specifique",
    "frais_a_charge",
    "dispositif_programmes_nationaux",
    "modalites_acces",
    "modalites_accompagnement",
    "fiche_acces_libre",
    "prise_rdv",
)
AUTRES_NOMS = {"modalite_acces": "modalites_acces", "dispositifs_programmes_nationaux": COLONNES[22]}
REQUISES = ("id", "nom", "adresse", "services")
IDENTIFIANTS = {"id", "pivot", "code_postal", "code_insee", "latitude", "longitude", "date_maj"}
SIGNES = {"id", "pivot", "nom", "code_postal", "date_maj", "services", "presentation_resume"}
DE_LA_VERSION = "2027"
ESPACE = "C2.2"  # « Espace public numérique ou lieu labellisé »: what each place is
# (column, words looked for, code of the service)
ETIQUETTES = (
    ("dispositif_programmes_nationaux", "conseillers numeriques", "C2.1"),
    ("dispositif_programmes_nationaux", "aidants connect", "A3.1"),
    ("modalites_accompagnement", "atelier collectif", "C2.3"),
    ("itinerance", "itinerant", "C2.5"),
    ("services", "acces internet et materiel informatique", "B3.2"),
    ("services", "acquisition de materiel informatique a prix solidaire", "B2.3"),
    ("services", "insertion professionnelle", "D1.2"),
    ("services", "utilisation securisee du numerique", "A3.4"),
)
PUBLICS = (
    ("publics_specifiquement_adresses", "jeunes", Public.JEUNES),
    ("publics_specifiquement_adresses", "etudiants", Public.JEUNES),
    ("publics_specifiquement_adresses", "familles", Public.FAMILLES),
    ("publics_specifiquement_adresses", "enfants", Public.ENFANTS),
    ("publics_specifiquement_adresses", "seniors", Public.AINES),
    ("prise_en_charge_specifique", "surdite", Public.HANDICAP),
    ("prise_en_charge_specifique", "handicap", Public.HANDICAP),
    ("prise_en_charge_specifique", "deficience visuelle", Public.HANDICAP),
    ("services", "insertion professionnelle", Public.EMPLOI),
)
PUBLIQUES = {"CCAS", "CIAS", "COMMUNE", "MUNI", "BIB", "EPCI", "CC", "CA", "MDS", "RFS", "FRANCE_SERVICES"}
SANS_PUBLIC = "ce lieu n accueille pas de public"
JOURS = {"Mo": "lu", "Tu": "ma", "We": "me", "Th": "je", "Fr": "ve", "Sa": "sa", "Su": "di", "PH": "jours fériés"}
JOURS |= {"off": "fermé"}
_JOUR = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH|off)\b")
_ADRESSE_WEB = re.compile(r"https?://[^\s|;,]+", re.IGNORECASE)


def _nom(titre: str) -> str:
    """The name of the standard for a heading: case and the variants of its examples are forgiven."""
    nom = titre.strip().lower()
    return AUTRES_NOMS.get(nom, nom)


def est_connue(titre: str) -> bool:
    return _nom(titre) in COLONNES


def est_le_standard(entete: Sequence[str]) -> bool:
    return len(SIGNES & {_nom(titre) for titre in entete}) >= len(SIGNES) - 2


def absentes(entete: Sequence[str]) -> list[str]:
    lues = {_nom(titre) for titre in entete}
    return [nom for nom in REQUISES if nom not in lues]


def rangs(entete: Sequence[str]) -> dict[str, int]:
    """{column of the standard: rank}, those that are read only."""
    lus = {_nom(titre): rang for rang, titre in enumerate(entete)}
    return {nom: lus[nom] for nom in COLONNES if nom in lus}


def valeur(nom: str, texte: str) -> str:
    """What is kept of a cell."""
    return texte if nom in IDENTIFIANTS else masquer(texte)


# Where a place is


@dataclass(frozen=True, slots=True)
class Territoire:
    """INSEE codes, past ones included; and for the places without one, {postal code: folded names}."""

    codes: frozenset[str]
    noms: Mapping[str, frozenset[str]]

    def contient(self, lieu: Mapping[str, str]) -> bool:
        if code := lieu.get("code_insee", ""):
            return code.upper().zfill(5) in self.codes
        return plier(lieu.get("commune", "")) in self.noms.get(lieu.get("code_postal", "").zfill(5), ())


def territoire(ville: Collectivite) -> Territoire:
    """The commune, or the communes of the intercommunalité; one query."""
    communes = list(ville.communes.all()) if ville.est_intercommunalite else [ville]
    noms: dict[str, set[str]] = {}
    for commune in communes:
        for code_postal in commune.codes_postaux:
            noms.setdefault(code_postal, set()).add(plier(commune.nom))
    codes = {code for commune in communes for code in (commune.code, *commune.anciens_codes)}
    return Territoire(frozenset(codes), {cle: frozenset(v) for cle, v in noms.items()})


# What it becomes


def services_du_standard(arbre: Arbre) -> dict[str, list[int]]:
    """{code of an ``ETIQUETTES``: keys of what it is in the référentiel of today}."""
    codes = {ESPACE, *(code for _, _, code in ETIQUETTES)}
    d_origine = Service.objects.filter(enjeu__famille__version__code=DE_LA_VERSION, code__in=codes)
    return {
        service.code: list(services_dans(arbre.version_pk, [service.pk]).values_list("pk", flat=True))
        for service in d_origine
    }


def codes_des_services(lieu: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys([ESPACE, *(code for nom, mots, code in ETIQUETTES if _dit(lieu, nom, mots))]))


def _dit(lieu: Mapping[str, str], nom: str, mots: str) -> bool:
    return mots in plier(lieu.get(nom, ""))


def fiche(lieu: Mapping[str, str], ville: Collectivite) -> dict[str, str]:
    """{field: text as a person would type it}, what the place says only; texts are cut at the limits of the fields."""
    ouvert = not _dit(lieu, "modalites_acces", SANS_PUBLIC)
    sites = _ADRESSE_WEB.findall(" ".join((lieu.get("site_web", ""), lieu.get("prise_rdv", ""))))
    operateur, nom_operateur = _operateur(lieu, ville)
    dits: dict[str, Any] = {
        "titre": lieu["nom"][:120],
        "resume": _resume(lieu),
        "description": _description(lieu)[:5_000],
        "stade": Stade.EN_SERVICE,
        "publics_vises": " ; ".join(_publics(lieu)),
        "operateur": operateur,
        "nom_operateur": nom_operateur[:150],
        "structure": lieu["nom"][:150],
        "adresse": _adresse(lieu)[:250] if ouvert else "",
        "latitude": lieu.get("latitude", "") if ouvert else "",
        "longitude": lieu.get("longitude", "") if ouvert else "",
        "accessibilite": _acces_libre(lieu)[:300],
        "lien": sites[0] if sites and len(sites[0]) <= 500 and "@" not in sites[0] else "",
    }
    return {nom: str(valeur) for nom, valeur in dits.items() if valeur}


def _resume(lieu: Mapping[str, str]) -> str:
    dit = lieu.get("presentation_resume", "")[:300]
    if dit:
        return dit
    offres = [part.strip() for part in re.split(r"[|;]", lieu.get("services", "")) if part.strip()]
    phrase = f"{lieu['nom']} : {', '.join(offre[:1].lower() + offre[1:] for offre in offres)}."
    return phrase if len(phrase) <= 300 else f"{phrase[:299]}…"


def _description(lieu: Mapping[str, str]) -> str:
    """What the standard knows and the fiche has no field for, one line each."""
    lignes = [
        ("Horaires", _JOUR.sub(lambda trouve: JOURS[trouve[1]], lieu.get("horaires", ""))),
        ("Ce que l’on y trouve", _liste(lieu, "services")),
        ("Accompagnement", _liste(lieu, "modalites_accompagnement")),
        ("Pour s’y rendre", _liste(lieu, "modalites_acces")),
        ("Frais", _liste(lieu, "frais_a_charge")),
        ("Prise en charge", _liste(lieu, "prise_en_charge_specifique")),
        ("Programmes nationaux", _liste(lieu, "dispositif_programmes_nationaux")),
        ("Prendre rendez-vous", lieu.get("prise_rdv", "")),
    ]
    details = "\n".join(f"- {titre} : {dit}" for titre, dit in lignes if dit)
    return "\n\n".join(part for part in (lieu.get("presentation_detail", ""), details) if part)


def _liste(lieu: Mapping[str, str], nom: str) -> str:
    return ", ".join(part.strip() for part in re.split(r"[|;]", lieu.get(nom, "")) if part.strip())


def _publics(lieu: Mapping[str, str]) -> list[str]:
    """By default a place welcomes everybody, says the standard."""
    trouves = [str(public) for nom, mots, public in PUBLICS if _dit(lieu, nom, mots)]
    reserves = [mot for mot in trouves if lieu.get("publics_specifiquement_adresses")]
    return list(dict.fromkeys(trouves if reserves else [str(Public.TOUS), *trouves]))


def _operateur(lieu: Mapping[str, str], ville: Collectivite) -> tuple[Operateur, str]:
    types = set(re.split(r"[|;,\s]+", lieu.get("typologie", "").upper()))
    if (ville.siren and lieu.get("pivot", "").startswith(ville.siren)) or types & PUBLIQUES or not types - {""}:
        return Operateur.DIRECT, ""
    parente = lieu.get("structure_parente", "")
    return Operateur.ASSOCIATION if "ASSO" in types else Operateur.PRESTATAIRE, parente or lieu["nom"]


def _adresse(lieu: Mapping[str, str]) -> str:
    voie = ", ".join(part for part in (lieu.get("adresse", ""), lieu.get("complement_adresse", "")) if part)
    commune = f"{lieu.get('code_postal', '')} {lieu.get('commune', '')}".strip()
    return ", ".join(part for part in (voie, commune) if part)


def _acces_libre(lieu: Mapping[str, str]) -> str:
    adresse = lieu.get("fiche_acces_libre", "")
    return f"Accès du lieu décrit sur {adresse}" if adresse.startswith("https://") else ""
