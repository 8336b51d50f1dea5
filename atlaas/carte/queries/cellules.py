"""What the map draws of a box: cells of a grid, each with its count; the payload stays small whatever the number."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet

from atlaas.carte.calculs import Boite, latitude, longitude
from atlaas.carte.queries.tirages import tirer
from atlaas.models import Action, Entree
from villes_internet.territoires.models import Collectivite

CELLULES = 256
POIDS = 29_000  # bytes: what does not hold in it is told nearer
DETAILS = 100  # single fiches at most whose title is looked for
TITRE_MAX, NOM_MAX = 80, 40  # characters


@dataclass(frozen=True, slots=True)
class Cellules:
    """``total``: rows in the box; ``lignes`` ready for JSON, the most numerous first."""

    total: int
    est_exact: bool
    lignes: list[dict[str, Any]]


def cellules(lignes: QuerySet[Entree], boite: Boite, zoom: int) -> Cellules:
    """Four queries, six with a search: the plans, a sample, the cells, the towns' names, the single fiches."""
    tirage = tirer(lignes, boite)
    decalage = boite.decalage(zoom)
    groupes = (
        tirage.lignes.order_by()
        .values(cx=F("abscisse").bitrightshift(decalage), cy=F("ordonnee").bitrightshift(decalage))
        .annotate(
            nb=Count("pk"),
            x=Avg("abscisse"),
            y=Avg("ordonnee"),
            ouest=Min("abscisse"),
            est=Max("abscisse"),
            nord=Min("ordonnee"),
            sud=Max("ordonnee"),
            cle=Min("pk"),
            lieu=Min("collectivite"),
            autre_lieu=Max("collectivite"),
        )
        .order_by("-nb", "cx", "cy")
    )
    lues: list[dict[str, Any]] = [dict(g) for g in groupes]
    total = tirage.ajuster(sum(g["nb"] for g in lues))
    retenues = lues[:CELLULES]
    noms, fiches = _noms(retenues), _fiches(retenues) if tirage.est_exact else {}
    rendues = [(_place(g, tirage.ajuster(g["nb"])), _details(g, noms, fiches)) for g in retenues]
    return Cellules(total, tirage.est_exact, tenir(rendues))


def _noms(groupes: list[dict[str, Any]]) -> dict[int, str]:
    """The name of the town where every fiche of a cell is of one town."""
    cles = {g["lieu"] for g in groupes if g["lieu"] == g["autre_lieu"]}
    return dict(Collectivite.objects.filter(pk__in=cles).order_by("pk").values_list("pk", "nom"))


def _fiches(groupes: list[dict[str, Any]]) -> dict[int, Action]:
    cles = [g["cle"] for g in groupes if g["nb"] == 1][:DETAILS]
    return Action.objects.only("titre", "slug").in_bulk(cles)


def _place(groupe: dict[str, Any], nb: int) -> dict[str, Any]:
    """``point``: latitude, longitude; ``cadre``: west, south, east, north of what is in it; degrees."""
    cadre = (
        longitude(groupe["ouest"] - 1),
        latitude(groupe["sud"] + 1),
        longitude(groupe["est"] + 1),
        latitude(groupe["nord"] - 1),
    )
    return {
        "point": [round(latitude(groupe["y"]), 4), round(longitude(groupe["x"]), 4)],
        "nb": nb,
        "cadre": [round(v, 4) for v in cadre],
    }


def _details(groupe: dict[str, Any], noms: dict[int, str], fiches: dict[int, Action]) -> dict[str, str]:
    details = {}
    if groupe["lieu"] == groupe["autre_lieu"] and groupe["lieu"] in noms:
        details["lieu"] = _abreger(noms[groupe["lieu"]], NOM_MAX)
    if fiche := fiches.get(groupe["cle"]) if groupe["nb"] == 1 else None:
        details |= {"titre": _abreger(fiche.titre, TITRE_MAX), "url": fiche.get_absolute_url()}
    return details


def tenir(cellules: list[tuple[dict[str, Any], dict[str, str]]]) -> list[dict[str, Any]]:
    """Every cell, with its details as long as the whole stays under ``POIDS``."""
    reste = POIDS - sum(_octets(place) for place, _ in cellules)
    rendues = []
    for place, details in cellules:
        poids = _octets(details)
        rendues.append(place | details if poids <= reste else place)
        reste -= poids if poids <= reste else 0
    return rendues


def _octets(valeur: dict[str, Any]) -> int:
    return len(json.dumps(valeur, ensure_ascii=False, separators=(",", ":")).encode()) + 1


def _abreger(texte: str, longueur: int) -> str:
    return texte if len(texte) <= longueur else f"{texte[: longueur - 1].rstrip()}…"
