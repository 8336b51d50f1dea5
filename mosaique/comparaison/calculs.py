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


RAYON = 200  # of the radar, for 100 points
ANNEAUX = (25, 50, 75, 100)
MOT, MOT_DU_HAUT = 12, 18  # characters of a label's line, but for a longer word; there is room above
INTERLIGNE = 31
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Axe:
    """A family on the radar: the end of its axis; its name in lines, each with its place."""

    code: str
    nom: str
    bout: Place
    ancre: str
    lignes: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Serie:
    """A polygon: ``cle`` is its look ("mien", "passe", "groupe"), ``valeurs`` whole points in the order of the axes."""

    cle: str
    nom: str
    valeurs: tuple[int, ...]
    sommets: tuple[Place, ...]

    @property
    def trace(self) -> str:
        return _trace(self.sommets)


@dataclass(frozen=True, slots=True)
class Radar:
    """In a frame centred on 0, 0; the first series is drawn above the others."""

    axes: tuple[Axe, ...]
    series: tuple[Serie, ...]

    @property
    def anneaux(self) -> tuple[str, ...]:
        n = len(self.axes)
        return tuple(_trace(_place(rang, n, valeur) for rang in range(n)) for valeur in ANNEAUX)

    @property
    def dessinees(self) -> tuple[Serie, ...]:
        return self.series[::-1]

    @property
    def lignes(self) -> tuple[tuple[Axe, tuple[int, ...]], ...]:
        """The same as a table: a family and its value in each series."""
        return tuple((axe, tuple(s.valeurs[rang] for s in self.series)) for rang, axe in enumerate(self.axes))

    @property
    def en_mots(self) -> str:
        """What the picture says, for whoever does not see it."""
        noms = [axe.nom for axe in self.axes]
        dites = (
            f"{serie.nom}{INSECABLE}: {', '.join(f'{n} {v}' for n, v in zip(noms, serie.valeurs, strict=True))}."
            for serie in self.series
        )
        return f"Radar des familles, scores sur 100. {' '.join(dites)}"


def radar(familles: Iterable[tuple[str, str]], series: Iterable[tuple[str, str, Iterable[int]]]) -> Radar:
    """``familles``: (code, name), clockwise from the top; ``series``: (look, name, values 0–100), mine first."""
    noms = tuple(familles)
    n = len(noms)
    return Radar(
        tuple(_axe(code, nom, rang, n) for rang, (code, nom) in enumerate(noms)),
        tuple(
            Serie(cle, nom, tuple(valeurs), tuple(_place(rang, n, v) for rang, v in enumerate(valeurs)))
            for cle, nom, valeurs in ((cle, nom, tuple(valeurs)) for cle, nom, valeurs in series)
        ),
    )


def _trace(sommets: Iterable[Place]) -> str:
    """A polygon as SVG writes it."""
    return " ".join(f"{x},{y}" for x, y in sommets)


def _place(rang: int, n: int, valeur: float) -> Place:
    angle, rayon = 2 * math.pi * rang / n, RAYON * valeur / 100
    return round(rayon * math.sin(angle)), round(-rayon * math.cos(angle))


def _axe(code: str, nom: str, rang: int, n: int) -> Axe:
    x, y = _place(rang, n, 108)
    mots = _en_lignes(nom, MOT if x else MOT_DU_HAUT)
    if x == 0:
        ancre, haut = "middle", y - INTERLIGNE * (len(mots) - 1) - 8
    else:
        ancre, haut = ("start" if x > 0 else "end"), y + (24 if y > 0 else 8 - INTERLIGNE * (len(mots) - 1) // 2)
    return Axe(
        code,
        nom,
        _place(rang, n, 100),
        ancre,
        tuple((x, haut + INTERLIGNE * ligne, mot) for ligne, mot in enumerate(mots)),
    )


def _en_lignes(nom: str, largeur: int) -> list[str]:
    """Whole words, some ``largeur`` characters a line."""
    lignes = [""]
    for mot in nom.split():
        if lignes[-1] and len(lignes[-1]) + 1 + len(mot) > largeur:
            lignes.append("")
        lignes[-1] = f"{lignes[-1]} {mot}".strip()
    return lignes


def arrondi(valeur: float) -> int:
    """Whole points, half up: what is shown of a score."""
    return math.floor(float(valeur) + 0.5)
