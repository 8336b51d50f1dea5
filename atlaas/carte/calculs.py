"""The map's arithmetic: degrees and web-mercator units, boxes, cells, classes of a choropleth."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from atlaas.recherche.calculs import abscisse, latitude, longitude, ordonnee, reperes_du_cadre

__all__ = ["abscisse", "latitude", "longitude", "ordonnee"]
ZOOM_MAX = 16
PIXEL = 18  # a screen pixel is 2**(PIXEL - zoom) units
COTE_CELLULE = 6  # a cell is 2**6 pixels wide
CELLULES_PAR_COTE = 16  # at most: beyond, the cells are larger
CARREAU = 18  # a square of the index is 2**18 units wide
CARREAUX_PAR_COTE = 256
CARREAUX_LUS = 400  # beyond, the box is most of a country: a sample of everything serves as well
NB_CLASSES = 5
PAS = (1, 2, 5)  # the bounds of classes are one of these, and so many zeros


@dataclass(frozen=True, slots=True)
class Boite:
    """Degrees, WGS 84."""

    ouest: float
    sud: float
    est: float
    nord: float

    def __str__(self) -> str:
        return ",".join(f"{v:.5f}".rstrip("0").rstrip(".") for v in (self.ouest, self.sud, self.est, self.nord))

    @property
    def unites(self) -> tuple[int, int, int, int]:
        """West, north, east, south: in units, where south grows."""
        return abscisse(self.ouest), ordonnee(self.nord), abscisse(self.est), ordonnee(self.sud)

    @property
    def carreaux(self) -> list[int]:
        """The squares that it touches; none when they are too many to be named."""
        x0, y0, x1, y1 = (min(u >> CARREAU, CARREAUX_PAR_COTE - 1) for u in self.unites)
        if (x1 - x0 + 1) * (y1 - y0 + 1) > CARREAUX_LUS:
            return []
        return [x * CARREAUX_PAR_COTE + y for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]

    @property
    def reperes(self) -> list[int]:
        """The same as landmarks of the rows, smaller ones for a small box; none when they would be too many."""
        return reperes_du_cadre(self.unites)

    @property
    def part_des_carreaux(self) -> float:
        """How much of its squares the box covers, 0–1."""
        x0, y0, x1, y1 = self.unites
        return min(1.0, (x1 - x0) * (y1 - y0) / (max(1, len(self.carreaux)) << 2 * CARREAU))

    def decalage(self, zoom: int) -> int:
        """The binary places that make a unit a cell: some 64 pixels, more where they would be too many."""
        x0, y0, x1, y1 = self.unites
        large = math.ceil(math.log2(max(x1 - x0, y1 - y0, 1) / (CELLULES_PAR_COTE - 1)))
        return max(PIXEL - zoom + COTE_CELLULE, large, 0)


@dataclass(frozen=True, slots=True)
class Classe:
    """One shade of the choropleth: ``rang`` from 1, bounds included; the last one is open."""

    rang: int
    de: int
    a: int | None


def classes(nombres: Sequence[int]) -> list[Classe]:
    """Up to five classes of about as many départements each, bounded by round numbers; zero has no class."""
    tries = sorted(n for n in nombres if n > 0)
    if not tries:
        return []
    seuils = {rond(tries[len(tries) * rang // NB_CLASSES]) for rang in range(1, NB_CLASSES)}
    debuts = [1, *sorted(s for s in seuils if 1 < s <= tries[-1])]
    fins = [suivant - 1 for suivant in debuts[1:]]
    return [Classe(rang, de, a) for rang, (de, a) in enumerate(zip(debuts, [*fins, None], strict=True), 1)]


def rond(n: int) -> int:
    """The nearest of 1, 2, 5, 10, 20, 50…"""
    dix: int = 10 ** (len(str(n)) - 1)
    return min((pas * dix for pas in (*PAS, 10)), key=lambda v: abs(v - n))


def rang(nombre: int, bornes: Sequence[Classe]) -> int:
    """The class of a number; 0 when it has none."""
    return max((c.rang for c in bornes if nombre >= c.de), default=0)
