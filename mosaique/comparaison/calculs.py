"""The arithmetic of comparing: who resembles whom, and when a statistic may be shown. Pure, no Django."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NB_JUMELLES = 20
NB_MINIMUM = 8  # members under which no statistic is shown (domain, §7.3)
ECART_MINIMUM = 3  # members by which two released compositions must differ
POIDS_EPCI = 0.25
POIDS_REGION = 0.2
INSECABLE, FINE = "\u00a0", "\u202f"


@dataclass(frozen=True, slots=True)
class Profil:
    """What resemblance looks at. ``taille_epci``: inhabitants of the intercommunalité; ``region``: a code, or ""."""

    type: str
    population: int
    taille_epci: int
    region: str


def distance(une: Profil, autre: Profil) -> float:
    """|ln p − ln p′| + 0.25 × |ln e − ln e′| + 0.2 when the regions differ; infinite between two types.

    p: population, e: population of the intercommunalité, 1 when unknown. Twice the population weighs 0.69: a town
    of the same region is preferred to another one some 20 % closer in size.
    """
    if une.type != autre.type:
        return math.inf
    taille = abs(math.log(max(une.population, 1)) - math.log(max(autre.population, 1)))
    epci = abs(math.log(max(une.taille_epci, 1)) - math.log(max(autre.taille_epci, 1)))
    return taille + POIDS_EPCI * epci + POIDS_REGION * (une.region != autre.region)


def jumelles(moi: Profil, autres: Mapping[int, Profil], nb: int = NB_JUMELLES) -> list[int]:
    """Keys of the ``nb`` nearest of the same type, nearest first, ties by key."""
    ordre = sorted((distance(moi, profil), cle) for cle, profil in autres.items())
    return [cle for d, cle in ordre if d < math.inf][:nb]


def raison(moi: Profil, autre: Profil) -> str:
    """« 8 900 habitants, même région, intercommunalité de taille proche »; the population to the nearest hundred."""
    arrondie = max(round(autre.population, -2), 100)
    faits = [f"{arrondie:,}{INSECABLE}habitants".replace(",", FINE)]
    if autre.region and autre.region == moi.region:
        faits.append("même région")
    if moi.taille_epci and autre.taille_epci and 0.5 <= autre.taille_epci / moi.taille_epci <= 2:
        faits.append("intercommunalité de taille proche")
    return ", ".join(faits)


def ecart(une: Mapping[int, int], autre: Mapping[int, int], *, sauf: int | None = None) -> int:
    """How many members differ between two compositions {collectivité: cliché}.

    A member that left, one that came, and one whose cliché is no longer the same each count for one. ``sauf`` is the
    reader, who knows her own figures and is set aside.
    """
    return sum(une.get(cle) != autre.get(cle) for cle in une.keys() | autre.keys() if cle != sauf)


def est_trop_proche(composition: Mapping[int, int], montree: Mapping[int, int], *, sauf: int | None = None) -> bool:
    """Whether showing both would tell by difference about one or two members."""
    return 0 < ecart(composition, montree, sauf=sauf) < ECART_MINIMUM


@dataclass(frozen=True, slots=True)
class Point:
    """A year on the progress curve; ``x`` and ``y`` are its place in a frame of ``LARGEUR`` × 100."""

    annee: int
    indice: int
    x: int
    y: int


LARGEUR = 300


def courbe(indices: Iterable[tuple[int, float]]) -> list[Point]:
    """(year, index 0–100) pairs, oldest first; one alone stands in the middle."""
    liste = list(indices)
    if not liste:
        return []
    debut, etendue = liste[0][0], max(liste[-1][0] - liste[0][0], 1)
    decalage = LARGEUR // 2 if len(liste) == 1 else 0
    return [
        Point(annee, arrondi(v), decalage + round((annee - debut) * LARGEUR / etendue), 100 - arrondi(v))
        for annee, v in liste
    ]


def arrondi(valeur: float) -> int:
    """Whole points, half up: what is shown of a score."""
    return math.floor(float(valeur) + 0.5)
