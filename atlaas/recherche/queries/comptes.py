"""How many fiches answer, and how many each choice would give: exact while that is quick, else from a fair sample."""

import json
from collections.abc import Mapping, Sequence
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from atlaas.models import Entree, Facette, Genre
from atlaas.models.recherche import ECHANTILLONS
from atlaas.recherche.queries.criteres import Criteres, entrees

EXACT_JUSQU_A = 5_000  # rows whose choices are counted one by one
DUREE = 600  # seconds for which a process keeps the names of the choices
ECHANTILLON = 3_000  # rows that one hopes to draw when there are more


@dataclass(frozen=True, slots=True)
class Comptes:
    """``total`` and ``par_choix`` ({key of Facette: fiches}); rounded when not ``est_exact``."""

    total: int = 0
    est_exact: bool = True
    par_choix: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Choix:
    """One line of a facet."""

    code: str
    libelle: str
    nb: int
    est_choisi: bool


def compter(criteres: Criteres, cles: Mapping[str, int]) -> dict[str, Comptes]:
    """{"": counts of what answers, each chosen Genre: counts were it not chosen}; two queries, four at the most."""
    lots = {sauf: entrees(criteres, cles, sauf=sauf) for sauf in ("", *criteres.choix)}
    prevus = dict(zip(lots, _previsions(list(lots.values())), strict=True))
    bornes = {sauf: _borne(prevu) for sauf, prevu in prevus.items()}
    comptes = _agreger(lots, bornes)
    trop = [sauf for sauf, lu in comptes.items() if bornes[sauf] == ECHANTILLONS and lu.total > EXACT_JUSQU_A]
    if trop:  # the planner expected fewer: draw again from what is known to be more
        bornes |= {sauf: _borne(max(prevus[sauf], EXACT_JUSQU_A) * 4) for sauf in trop}
        comptes |= _agreger({sauf: lots[sauf] for sauf in trop}, bornes)
    return comptes


def _borne(prevu: int) -> int:
    """The rows whose draw is under it are counted; all of them when there are few."""
    if prevu <= EXACT_JUSQU_A:
        return ECHANTILLONS
    return max(1, ECHANTILLONS * ECHANTILLON // prevu)


def _previsions(lots: Sequence[QuerySet[Entree]]) -> list[int]:
    """How many rows the planner expects of each: a millisecond, whatever their number."""
    ordres = [_sql(lot) for lot in lots]
    union = " UNION ALL ".join(f"({sql})" for sql, _ in ordres)
    with connection.cursor() as curseur:
        curseur.execute(f"EXPLAIN (FORMAT JSON) {union}", [p for _, liste in ordres for p in liste])
        (lu,) = curseur.fetchone()
    plan = (json.loads(lu) if isinstance(lu, str) else lu)[0]["Plan"]
    return [int(p["Plan Rows"]) for p in (plan["Plans"] if plan["Node Type"] == "Append" else [plan])]


def _sql(lot: QuerySet[Entree]) -> tuple[str, tuple[Any, ...]]:
    """The statement that gives the choices of each row."""
    try:
        sql, parametres = lot.order_by().values("facettes").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::int[] AS facettes WHERE false", ()
    return sql, tuple(parametres)


def _agreger(lots: Mapping[str, QuerySet[Entree]], bornes: Mapping[str, int]) -> dict[str, Comptes]:
    """Count rows and choices of every lot in one query; the null choice counts the rows."""
    ordres: list[str] = []
    parametres: list[Any] = []
    for sauf, lot in lots.items():
        tires = lot if bornes[sauf] == ECHANTILLONS else lot.filter(tirage__lt=bornes[sauf])
        sql, valeurs = _sql(tires)
        ordres.append(
            f"SELECT %s::text, facette, count(*) FROM ({sql} LIMIT {EXACT_JUSQU_A * 2}) l,"  # noqa: S608
            " unnest(NULL::int || facettes) facette GROUP BY 2"
        )
        parametres += [sauf, *valeurs]
    lus: dict[str, dict[int | None, int]] = {sauf: {} for sauf in lots}
    with connection.cursor() as curseur:
        curseur.execute(" UNION ALL ".join(f"({ordre})" for ordre in ordres), parametres)
        for sauf, facette, nb in curseur:
            lus[sauf][facette] = nb
    return {sauf: _comptes(nombres, bornes[sauf]) for sauf, nombres in lus.items()}


def _comptes(nombres: dict[int | None, int], borne: int) -> Comptes:
    facteur = ECHANTILLONS / borne
    est_exact = borne == ECHANTILLONS
    ajustes = {cle: nb if est_exact else _arrondi(nb * facteur) for cle, nb in nombres.items()}
    return Comptes(ajustes.pop(None, 0), est_exact, {cle: nb for cle, nb in ajustes.items() if cle is not None})


def _arrondi(valeur: float) -> int:
    """Two significant figures: a sample knows no more."""
    pas: int = 10 ** max(0, len(str(int(valeur))) - 2)
    return round(valeur / pas) * pas


def choix_par_genre(
    criteres: Criteres, comptes: Mapping[str, Comptes], cles: Mapping[str, int]
) -> dict[str, list[Choix]]:
    """{Genre value: its choices, by label}; those of a chosen facet say what they would give instead."""
    rendus: dict[str, list[Choix]] = {genre: [] for genre in Genre.values}
    connues = _noms_de({cle for lu in comptes.values() for cle in lu.par_choix or ()} | set(cles.values()))
    for sauf, lu in comptes.items():
        nombres = lu.par_choix or {}
        for cle in {*nombres, *([cles[sauf]] if sauf in cles else [])}:
            genre, code, libelle = connues[cle]
            if genre == sauf or (not sauf and genre not in comptes):
                rendus[genre].append(Choix(code, libelle, nombres.get(cle, 0), criteres.choix.get(genre) == code))
    for liste in rendus.values():
        liste.sort(key=lambda choix: (choix.libelle, choix.code))
    return rendus


@lru_cache(maxsize=1)
def _noms(_tranche: int) -> dict[int, tuple[str, str, str]]:
    """{key of Facette: genre, code, label}."""
    lues = Facette.objects.order_by("pk").values_list("pk", "genre", "code", "libelle")
    return {cle: (genre, code, libelle) for cle, genre, code, libelle in lues}


def _noms_de(cles: set[int]) -> dict[int, tuple[str, str, str]]:
    """The names of every choice, these at least: a process keeps them, and reads them again to know a new one."""
    tranche = int(time.monotonic() // DUREE)
    connus = _noms(tranche)
    if not cles <= connus.keys():
        _noms.cache_clear()
        connus = _noms(tranche)
    return connus
