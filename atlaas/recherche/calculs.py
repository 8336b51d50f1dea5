"""The arithmetic of the search: days of quality, degrees and units of the map's world, squares."""

import math
from datetime import date

ORIGINE = date(2000, 1, 1)  # of the days in which quality is counted, as ``indexation.TEXTES`` does
COTE = 2**26  # units in a side of the world (web mercator), as in the rows of the search
POLE = 85.05  # degrees: beyond, the map's world ends
# Squares of a side of 2**18 and 2**15 units; the first landmark of each sort, as in the rows of the search.
SORTES = ((15, 2048, 1_000_000), (18, 256, 100_000))
CARREAUX_LUS = 64  # squares of a sort that one looks up; beyond, larger ones


def qualite_du_jour(jour: date) -> int:
    """The quality that a fiche confirmed a year before has that day."""
    return (jour - ORIGINE).days - 365


def abscisse(longitude: float) -> int:
    return int((longitude + 180) / 360 * COTE)


def ordonnee(latitude: float) -> int:
    borne = math.radians(min(max(latitude, -POLE), POLE))
    return int((0.5 - math.log(math.tan(math.pi / 4 + borne / 2)) / (2 * math.pi)) * COTE)


def longitude(x: float) -> float:
    return x / COTE * 360 - 180


def latitude(y: float) -> float:
    return math.degrees(2 * math.atan(math.exp((0.5 - y / COTE) * 2 * math.pi)) - math.pi / 2)


def reperes_du_cadre(unites: tuple[int, int, int, int]) -> list[int]:
    """The landmarks of the squares that a box (west, north, east, south) touches; none where they are too many."""
    for places, cote, premier in SORTES:
        x0, y0, x1, y1 = (min(max(u, 0) >> places, cote - 1) for u in unites)
        if (x1 - x0 + 1) * (y1 - y0 + 1) <= CARREAUX_LUS:
            return [premier + x * cote + y for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    return []
