"""Three hundred fiches that read like real ones, from a hundred and forty stories of local digital action."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from atlaas.interface import Action, creer_action, publier_action
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.territoires.models import Collectivite

RECITS = Path(__file__).parent / "fiches.csv"
# Services that an action of this enjeu often renders too.
VOISINS = {
    "A1": ("E4.4", "A3.4", "E2.1"),
    "A2": ("E4.7", "A3.6", "E1.7"),
    "A3": ("C2.3", "E1.6", "B2.7"),
    "A4": ("D4.6", "E1.5", "E2.3"),
    "B1": ("E2.4", "C4.5", "D3.7"),
    "B2": ("C2.5", "A3.6", "A2.3"),
    "B3": ("C2.3", "D1.2", "B4.5"),
    "B4": ("C2.3", "E2.1", "B1.1"),
    "C1": ("B3.3", "C4.6", "E1.5"),
    "C2": ("B2.1", "A3.1", "D1.2"),
    "C3": ("B4.4", "E2.1", "D3.2"),
    "C4": ("E1.2", "A4.2", "E1.6"),
    "D1": ("C2.4", "E1.6", "B3.3"),
    "D2": ("D3.5", "A2.5", "E3.7"),
    "D3": ("B1.2", "D2.1", "C3.4"),
    "D4": ("A4.3", "E2.1", "C1.5"),
    "E1": ("A1.3", "C4.1", "E3.2"),
    "E2": ("A1.2", "E1.7", "D4.6"),
    "E3": ("A4.1", "E1.6", "A3.3"),
    "E4": ("A2.5", "A3.6", "B3.6"),
}
PUBLICS = ("tous les habitants", "les familles", "les jeunes", "les aînés", "les associations", "les agents")
OPERATEURS = ("direct", "direct", "direct", "association", "prestataire", "delegataire")
CONTACTS = ("direction du numérique", "médiathèque", "service à la population", "cabinet du maire", "CCAS")


@dataclass(frozen=True, slots=True)
class Recit:
    service: str
    titre: str
    autre_titre: str
    resume: str
    description: str
    indicateur: str
    unite: str
    pour_mille: str
    outil: str
    libre: str


def lire() -> list[Recit]:
    with RECITS.open(encoding="utf-8", newline="") as fichier:
        return [Recit(**ligne) for ligne in csv.DictReader(fichier, delimiter="|")]


def distribuer(recits: list[Recit], alea: Random) -> Iterator[Recit]:
    """Every story once before any comes back, in an order that mixes the enjeux."""
    while True:
        tour = list(recits)
        alea.shuffle(tour)
        yield from tour


def publier_fiches(
    collectivite: Collectivite,
    recits: list[Recit],
    *,
    services: dict[str, Service],
    par: Utilisateur,
    le: datetime,
    alea: Random,
    est_exemplaire: bool,
) -> list[Action]:
    """Create and publish one fiche per story, told for this collectivité."""
    return [
        publier_action(_creer(collectivite, recit, services, par, le, alea, est_exemplaire), par=par, a=le)
        for recit in recits
    ]


def _creer(
    collectivite: Collectivite,
    recit: Recit,
    services: dict[str, Service],
    par: Utilisateur,
    le: datetime,
    alea: Random,
    est_exemplaire: bool,
) -> Action:
    voisins = VOISINS[recit.service.split(".")[0]]
    codes = [recit.service, *(alea.sample(voisins, 3 if est_exemplaire else 1))]
    debut = date(alea.randint(le.year - 6, le.year - 1), alea.randint(1, 12), 1)
    est_replicable = est_exemplaire or alea.random() < 0.35
    valeur = _valeur(recit, collectivite, alea)
    return creer_action(
        collectivite,
        par=par,
        services=[services[code] for code in codes],
        a=le - timedelta(days=alea.randint(1, 40)),
        titre=alea.choice((recit.titre, recit.autre_titre)),
        resume=recit.resume,
        description=_description(recit, collectivite, debut, alea),
        publics=alea.choice(PUBLICS),
        stade="en_service",
        date_debut=debut,
        operateur=alea.choice(OPERATEURS),
        resultats=f"{recit.indicateur} : {valeur} {recit.unite}, mesuré sur la dernière année complète.",
        indicateur_libelle=recit.indicateur,
        indicateur_valeur=valeur,
        indicateur_unite=recit.unite,
        indicateur_date=date(le.year - 1, 12, 31),
        outils=recit.outil,
        est_libre=recit.libre == "1",
        est_replicable=est_replicable,
        comment_repliquer="Le cahier des charges et les supports sont transmis sur demande." if est_replicable else "",
        contact=alea.choice(CONTACTS).capitalize(),
        lien="",
    )


def _valeur(recit: Recit, collectivite: Collectivite, alea: Random) -> Decimal:
    """A rate per thousand inhabitants brought to the town's size; a share where the rate is nought."""
    taux = Decimal(recit.pour_mille)
    if not taux:
        return Decimal(alea.randint(62, 98))
    population = min(collectivite.population or 1_000, 60_000)
    return max(Decimal(1), (taux * population * alea.randint(70, 130) / 100_000).quantize(Decimal(1)))


def _description(recit: Recit, collectivite: Collectivite, debut: date, alea: Random) -> str:
    suite = alea.choice(
        (
            "L’action est présentée chaque année au conseil avec ses résultats.",
            "Un bilan annuel est publié et discuté avec les usagers.",
            "L’équipe partage volontiers ses documents avec les collectivités qui veulent commencer.",
            "La suite : étendre l’action aux quartiers qui ne l’ont pas encore.",
        )
    )
    return (
        f"{recit.description}\n\n**À {collectivite.nom}**, l’action a commencé en {debut.year}. {suite}"
        if not collectivite.est_intercommunalite
        else f"{recit.description}\n\n**Dans l’intercommunalité**, l’action a commencé en {debut.year}. {suite}"
    )
