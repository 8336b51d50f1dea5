"""Reading a part of the rows that answer: a fair sample of them, the best of them, what lies in a box."""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from atlaas.models import Entree
from atlaas.models.recherche import BANDE, BANDES, NIVEAUX
from atlaas.recherche.calculs import qualite_du_jour

ETENDUE = 100  # bands over which most fiches are spread: nine years
AVANCE = 24  # bands beyond today's best: a date may be wrong
CROISSANCE = 3  # a slab is so many times as thick as the one before


def previsions(lots: Sequence[QuerySet[Entree]]) -> list[int]:
    """How many rows the planner expects of each: a millisecond, whatever their number."""
    ordres = [sql_de(lot) for lot in lots]
    tableaux = ", ".join(f"ARRAY({sql})" for sql, _ in ordres)  # a plan each, even of what cannot answer
    with connection.cursor() as curseur:
        curseur.execute(f"EXPLAIN (FORMAT JSON) SELECT {tableaux}", [p for _, liste in ordres for p in liste])
        (lu,) = curseur.fetchone()
    return [int(plan["Plan Rows"]) for plan in (json.loads(lu) if isinstance(lu, str) else lu)[0]["Plan"]["Plans"]]


def sql_de(lot: QuerySet[Entree]) -> tuple[str, tuple[Any, ...]]:
    """The statement that gives the choices of each row."""
    try:
        sql, parametres = lot.order_by().values("facettes").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::int[] AS facettes WHERE false", ()
    return sql, tuple(parametres)


def niveau(prevues: float, voulues: int) -> int:
    """The sample that leaves about as many rows as wanted: one row in 2 ** niveau; 0 is all of them."""
    return min(NIVEAUX, max(0, math.ceil(math.log2(max(1.0, prevues) / max(1, voulues)))))


def echantillon(lignes: QuerySet[Entree], niveau: int) -> QuerySet[Entree]:
    return lignes.filter(reperes__contains=[niveau]) if niveau else lignes


def arrondi(valeur: float) -> int:
    """Two significant figures: a sample knows no more."""
    pas: int = 10 ** max(0, len(str(int(valeur))) - 2)
    return round(valeur / pas) * pas


def par_tranches(
    lignes: QuerySet[Entree], *, depuis: int | None, environ: int, voulues: int, montantes: bool = False
) -> Iterator[QuerySet[Entree]]:
    """The rows in slabs of quality, the best first, until there are enough; all at once where they are few.

    ``depuis``: the quality to begin at, the day's best without one. ``environ``: how many rows there may be.
    ``montantes`` begins with the nearest above it instead.
    """
    if environ <= 2 * voulues:
        yield lignes
        return
    haut = (qualite_du_jour(timezone.localdate()) + 2 * 365) // BANDE
    place = haut if depuis is None else min(max(depuis, 0) // BANDE, haut)
    epaisseur = max(1, ETENDUE * voulues // environ)
    while 0 <= place <= haut:
        bandes = range(place, place + epaisseur) if montantes else range(max(0, place - epaisseur + 1), place + 1)
        au_dela = AVANCE if bandes.stop > haut else 0
        yield lignes.filter(reperes__overlap=[BANDES + bande for bande in range(bandes.start, bandes.stop + au_dela)])
        place = bandes.stop if montantes else bandes.start - 1
        epaisseur *= CROISSANCE


def lire(tranches: Iterable[QuerySet[Any]], nb: int, assez: int = 0) -> tuple[list[Any], bool]:
    """The first ``nb`` values of the slabs, one query each, and whether others may follow.

    Fewer of them once a slab has brought ``assez``.
    """
    lues: list[Any] = []
    suite = iter(tranches)
    for tranche in suite:
        lues += tranche[: nb - len(lues)]
        if len(lues) >= (assez or nb):
            break
    return lues, len(lues) >= nb or next(suite, None) is not None
