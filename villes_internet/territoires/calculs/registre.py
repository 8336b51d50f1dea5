"""Records of the official geographic code, checked one by one before anything is written.

Source: npm ``@etalab/decoupage-administratif`` (COG of Insee, EPCI of DGCL, postal codes of La Poste; Licence Ouverte).
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from villes_internet.territoires.calculs.noms import normaliser

INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
SIREN = re.compile(r"[0-9]{9}")
CODE_POSTAL = re.compile(r"[0-9]{5}")
CODE_DEPARTEMENT = re.compile(r"[0-9][0-9AB][0-9]?")
CODE_REGION = re.compile(r"[0-9]{2,3}")
_SEPARATEUR = re.compile(r"[\s,]*")
NATURE = re.compile(r"[A-Z0-9]{2,10}")

TYPES_DE_COMMUNE = {
    "commune-actuelle": "commune",
    "commune-deleguee": "commune_deleguee",
    "commune-associee": "commune_associee",
    "arrondissement-municipal": "arrondissement",
}
FICHIERS = ("regions.json", "departements.json", "epci.json", "ept.json", "communes.json")


class DonneeInvalide(ValueError):
    """One French sentence that names the file and the record at fault."""


@dataclass(frozen=True, slots=True)
class Ligne:
    """A collectivité as the registry gives it; ``epci`` and ``commune_actuelle`` are codes."""

    type: str
    code: str
    nom: str
    siren: str = ""
    nature: str = ""
    population: int | None = None
    codes_postaux: tuple[str, ...] = ()
    anciens_codes: tuple[str, ...] = ()
    departement: str = ""
    region: str = ""
    epci: str = ""
    commune_actuelle: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    precision: str = ""
    nom_normalise: str = ""
    termes: str = ""


@dataclass(frozen=True, slots=True)
class Registre:
    """``regions``: {code: name}; ``departements``: {code: (name, region)}; ``appartenances``: (commune, EPCI) codes."""

    annee: int
    regions: dict[str, str]
    departements: dict[str, tuple[str, str]]
    intercommunalites: list[Ligne]
    communes: list[Ligne]
    parties: list[Ligne]
    appartenances: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lignes(self) -> list[Ligne]:
        return [*self.intercommunalites, *self.communes, *self.parties]


def lire_json(contenu: str, fichier: str) -> list[dict[str, Any]]:
    """A list of records; a truncated or malformed text raises ``DonneeInvalide`` with the last readable record."""
    try:
        donnees = json.loads(contenu)
    except json.JSONDecodeError as erreur:
        raise DonneeInvalide(_dernier_lisible(contenu, fichier, erreur)) from erreur
    if not isinstance(donnees, list) or not donnees:
        raise DonneeInvalide(f"{fichier} : une liste d’enregistrements est attendue, elle est absente ou vide.")
    for rang, enregistrement in enumerate(donnees, start=1):
        if not isinstance(enregistrement, dict):
            raise DonneeInvalide(f"{fichier}, enregistrement n° {rang} : ce n’est pas un objet JSON.")
    return donnees


def _dernier_lisible(contenu: str, fichier: str, erreur: json.JSONDecodeError) -> str:
    lecteur, rang, dernier = json.JSONDecoder(), 0, None
    position = contenu.find("[") + 1
    while True:
        try:
            dernier, position = lecteur.raw_decode(contenu, _SEPARATEUR.match(contenu, position).end())  # type: ignore[union-attr]
        except json.JSONDecodeError:
            break
        rang += 1
    code = dernier.get("code", "sans code") if isinstance(dernier, dict) else "sans code"
    suite = f", après l’enregistrement n° {rang} (code {code})" if rang else ""
    return (
        f"{fichier}, enregistrement n° {rang + 1} : fichier tronqué ou mal formé{suite}, "
        f"ligne {erreur.lineno}, colonne {erreur.colno}."
    )


@dataclass(frozen=True, slots=True)
class Lecteur:
    """One record being read: every complaint says the file, the rank and the code."""

    fichier: str
    rang: int
    brut: dict[str, Any]

    def refuser(self, motif: str) -> DonneeInvalide:
        code = self.brut.get("code", "absent")
        return DonneeInvalide(f"{self.fichier}, enregistrement n° {self.rang} (code {code}) : {motif}.")

    def texte(self, cle: str, forme: re.Pattern[str] | None = None, *, facultatif: bool = False) -> str:
        valeur = self.brut.get(cle)
        if valeur is None and facultatif:
            return ""
        if not isinstance(valeur, str) or not valeur.strip():
            raise self.refuser(f"le champ « {cle} » est absent, ou n’est pas un texte")
        if forme and not forme.fullmatch(valeur):
            raise self.refuser(f"le champ « {cle} » a une forme inattendue ({valeur[:30]!r})")
        return valeur

    def codes(self, cle: str, forme: re.Pattern[str]) -> tuple[str, ...]:
        valeurs = self.brut.get(cle, [])
        if not isinstance(valeurs, list) or not all(isinstance(v, str) and forme.fullmatch(v) for v in valeurs):
            raise self.refuser(f"le champ « {cle} » doit être une liste de codes")
        return tuple(valeurs)

    def population(self, cle: str) -> int | None:
        valeur = self.brut.get(cle)
        if valeur is None:
            return None
        if not isinstance(valeur, int) or isinstance(valeur, bool) or valeur < 0:
            raise self.refuser(f"le champ « {cle} » doit être un nombre entier d’habitants")
        return valeur

    def parmi(self, cle: str, connus: Any, quoi: str) -> str:
        valeur = self.texte(cle)
        if valeur not in connus:
            raise self.refuser(f"{quoi} « {valeur} » n’est pas dans le registre")
        return valeur


def _lecteurs(fichier: str, donnees: list[dict[str, Any]]) -> Iterator[Lecteur]:
    return (Lecteur(fichier, rang, brut) for rang, brut in enumerate(donnees, start=1))


def _nom(lecteur: Lecteur) -> str:
    return lecteur.texte("nom").strip().replace("'", "’")


def lire_registre(fichiers: dict[str, list[dict[str, Any]]], annee: int) -> Registre:
    """Check every record and every reference between them; raises ``DonneeInvalide`` at the first fault.

    ``fichiers`` has the parsed content of each name of ``FICHIERS``. Points are not set here, see ``points.placer``.
    """
    regions = {lu.texte("code", CODE_REGION): _nom(lu) for lu in _lecteurs("regions.json", fichiers["regions.json"])}
    departements = {
        lu.texte("code", CODE_DEPARTEMENT): (_nom(lu), lu.parmi("region", regions, "la région"))
        for lu in _lecteurs("departements.json", fichiers["departements.json"])
    }
    lues = _lire_communes(fichiers["communes.json"], departements, regions)
    communes = {ligne.code: ligne for _, ligne in lues if ligne.type == "commune"}
    for lecteur, ligne in lues:
        if ligne.type != "commune" and ligne.commune_actuelle not in communes:
            raise lecteur.refuser(
                f"la commune « {ligne.commune_actuelle} » dont elle dépend n’est pas dans le registre"
            )
    groupements: list[Ligne] = []
    appartenances: list[tuple[str, str]] = []
    for fichier, type_ in (("epci.json", "epci"), ("ept.json", "ept")):
        for lecteur in _lecteurs(fichier, fichiers[fichier]):
            ligne, membres = _lire_groupement(lecteur, type_, communes)
            groupements.append(ligne)
            appartenances += [(membre, ligne.code) for membre in membres]
    _sans_doublon("epci.json et ept.json", groupements)
    fiscalite_propre = {g.code for g in groupements if g.type == "epci"}
    epci_de = {commune: epci for commune, epci in appartenances if epci in fiscalite_propre}
    avec_termes = _ajouter_termes(departements)
    return Registre(
        annee=annee,
        regions=regions,
        departements=departements,
        intercommunalites=[avec_termes(g) for g in groupements],
        communes=[avec_termes(replace(c, epci=epci_de.get(c.code, ""))) for c in communes.values()],
        parties=[avec_termes(ligne) for _, ligne in lues if ligne.type != "commune"],
        appartenances=appartenances,
    )


def _lire_communes(
    donnees: list[dict[str, Any]], departements: dict[str, tuple[str, str]], regions: dict[str, str]
) -> list[tuple[Lecteur, Ligne]]:
    vus: set[tuple[str, str]] = set()
    lues = []
    for lecteur in _lecteurs("communes.json", donnees):
        ligne = _lire_commune(lecteur, departements, regions)
        if (ligne.type, ligne.code) in vus:
            raise lecteur.refuser("ce code figure déjà plus haut dans le fichier")
        vus.add((ligne.type, ligne.code))
        lues.append((lecteur, ligne))
    return lues


def _lire_commune(lecteur: Lecteur, departements: dict[str, tuple[str, str]], regions: dict[str, str]) -> Ligne:
    code = lecteur.texte("code", INSEE)
    type_ = TYPES_DE_COMMUNE.get(lecteur.texte("type"))
    if type_ is None:
        raise lecteur.refuser(f"le type « {lecteur.brut['type']} » est inconnu")
    cle = {"commune": "", "arrondissement": "commune"}.get(type_, "chefLieu")
    return Ligne(
        type=type_,
        code=code,
        nom=_nom(lecteur),
        siren=lecteur.texte("siren", SIREN, facultatif=True),
        population=lecteur.population("population"),
        codes_postaux=lecteur.codes("codesPostaux", CODE_POSTAL),
        anciens_codes=lecteur.codes("anciensCodes", INSEE),
        departement=lecteur.parmi("departement", departements, "le département"),
        region=lecteur.parmi("region", regions, "la région"),
        commune_actuelle=lecteur.texte(cle, INSEE) if cle else "",
    )


def _lire_groupement(lecteur: Lecteur, type_: str, communes: dict[str, Ligne]) -> tuple[Ligne, list[str]]:
    """An EPCI or EPT and the codes of its communes; it takes the département of the most populous one."""
    code = lecteur.texte("code", SIREN)
    bruts = lecteur.brut.get("membres")
    if not isinstance(bruts, list) or not bruts:
        raise lecteur.refuser("le champ « membres » doit être une liste de communes")
    membres = []
    for membre in bruts:
        cle = membre.get("code") if isinstance(membre, dict) else None
        if cle not in communes:
            raise lecteur.refuser(f"sa commune membre « {cle} » n’est pas dans le registre")
        membres.append(cle)
    principale = max((communes[m] for m in membres), key=lambda c: c.population or 0)
    ligne = Ligne(
        type=type_,
        code=code,
        siren=code,
        nom=_nom(lecteur),
        nature=lecteur.texte("type", NATURE),
        population=lecteur.population("populationMunicipale"),
        departement=principale.departement,
        region=principale.region,
    )
    return ligne, membres


def _sans_doublon(fichier: str, lignes: list[Ligne]) -> None:
    vus: set[str] = set()
    for rang, ligne in enumerate(lignes, start=1):
        if ligne.code in vus:
            raise DonneeInvalide(f"{fichier}, enregistrement n° {rang} (code {ligne.code}) : ce code figure deux fois.")
        vus.add(ligne.code)


def _ajouter_termes(departements: dict[str, tuple[str, str]]) -> Callable[[Ligne], Ligne]:
    """``termes`` is all that one may type by its beginning: words of the name, codes, words of the département."""
    noms = {code: normaliser(nom) for code, (nom, _) in departements.items()}

    def ajouter(ligne: Ligne) -> Ligne:
        nom = normaliser(ligne.nom)
        insee = (ligne.code.lower(),) if len(ligne.code) == 5 else ()
        codes = (*insee, *ligne.codes_postaux, *(c.lower() for c in ligne.anciens_codes))
        termes = " ".join([nom, *codes, ligne.departement.lower(), noms[ligne.departement]])
        return replace(ligne, nom_normalise=nom, termes=termes)

    return ajouter
