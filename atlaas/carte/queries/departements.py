"""The first view: how many fiches in each département, and its drawing."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders

from atlaas.carte.calculs import Boite, Classe, classes, latitude, longitude, rang
from atlaas.models import Genre
from atlaas.recherche.queries.comptes import Comptes, par_code
from villes_internet.territoires.models import Departement

CONTOURS = "dist/contours.svg"  # its pixels are those of zoom 9
PIXEL = 2**9  # units of the map's world in a pixel of the drawing
METROPOLE = (63500, 43600, 69400, 49300)  # box of the drawing: Europe
PETITE_COURONNE = ("75", "92", "93", "94")
DEPARTEMENTS = ("971", "972", "973", "974", "976")
MARGE = 0.06  # around a small drawing, of its side


@dataclass(frozen=True, slots=True)
class Contour:
    """A département on the drawing, in its pixels."""

    x: int
    y: int
    boite: tuple[int, int, int, int]

    @property
    def degres(self) -> Boite:
        x0, y0, x1, y1 = (v * PIXEL for v in self.boite)
        return Boite(longitude(x0), latitude(y1), longitude(x1), latitude(y0))

    @property
    def vue(self) -> str:
        """A square viewBox around it."""
        x0, y0, x1, y1 = self.boite
        cote = max(x1 - x0, y1 - y0) * (1 + 2 * MARGE)
        return f"{(x0 + x1 - cote) / 2:.0f} {(y0 + y1 - cote) / 2:.0f} {cote:.0f} {cote:.0f}"

    @property
    def est_en_europe(self) -> bool:
        return METROPOLE[0] <= self.x <= METROPOLE[2] and METROPOLE[1] <= self.y <= METROPOLE[3]


@dataclass(frozen=True, slots=True)
class Ligne:
    """One département: ``rang`` of its class, 0 when it has no fiche."""

    code: str
    nom: str
    region: str
    nb: int
    rang: int
    contour: Contour | None

    @property
    def a_sa_place(self) -> bool:
        """Its number holds in its shape on the drawing of the country."""
        return self.nb > 0 and self.code not in PETITE_COURONNE


@dataclass(frozen=True, slots=True)
class Choroplethe:
    lignes: tuple[Ligne, ...]
    classes: tuple[Classe, ...]
    est_exact: bool

    @property
    def europe(self) -> list[Ligne]:
        return [ligne for ligne in self.lignes if ligne.contour and ligne.contour.est_en_europe]

    @property
    def outre_mer(self) -> list[Ligne]:
        """The five départements, and the collectivités that have an action."""
        loin = [ligne for ligne in self.lignes if ligne.contour and not ligne.contour.est_en_europe]
        return [ligne for ligne in loin if ligne.nb or ligne.code in DEPARTEMENTS]

    @property
    def petite_couronne(self) -> list[Ligne]:
        return [ligne for ligne in self.europe if ligne.code in PETITE_COURONNE]

    @property
    def sans_lieu(self) -> bool:
        """Nothing to draw."""
        return not self.classes


def choroplethe(comptes: Comptes) -> Choroplethe:
    """What the search counted, by département; one query, for their names."""
    nombres = par_code(comptes, Genre.DEPARTEMENT)
    bornes = classes(list(nombres.values()))
    traces = contours()
    departements = Departement.objects.select_related("region").order_by("code")
    rendues = (
        Ligne(d.code, d.nom, d.region.nom, nb := nombres.get(d.code, 0), rang(nb, bornes), traces.get(d.code))
        for d in departements
    )
    return Choroplethe(tuple(rendues), tuple(bornes), comptes.est_exact)


@lru_cache(maxsize=1)
def contours() -> Mapping[str, Contour]:
    """{code: place on the drawing}; empty where ``make assets`` has not run."""
    fichier = finders.find(CONTOURS)
    if not fichier:
        return {}
    lus = {}
    for trace in ET.parse(Path(fichier)).getroot():  # noqa: S314 - our own file
        if centre := trace.get("data-centre"):
            x, y = map(int, centre.split())
            x0, y0, x1, y1 = map(int, trace.get("data-boite", "").split())
            lus[trace.get("id", "").removeprefix("d")] = Contour(x, y, (x0, y0, x1, y1))
    return lus
