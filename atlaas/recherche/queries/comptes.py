"""How many fiches answer, and how many each choice would give: exact while that is quick, else from a fair sample."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from atlaas.models import Entree, Facette, Genre
from atlaas.models.recherche import NIVEAUX
from atlaas.recherche.queries.criteres import Criteres, entrees
from atlaas.recherche.queries.echantillons import arrondi, echantillon, niveau, previsions, sql_de

EXACT_JUSQU_A = 3_000  # rows whose choices are counted one by one
DUREE = 600  # seconds for which a process keeps the names of the choices
LUES = 6_000  # rows at most that one count reads: a sample may be larger than hoped
ECHANTILLON = 2_000  # rows that one hopes to draw when there are more
ECART = 0.2  # between the kept number of fiches and what the planner sees: beyond, the kept ones are too old


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
    """{"": counts of what answers, each chosen Genre: counts were it not chosen}; two queries, more to draw again."""
    lots = {sauf: entrees(criteres, cles, sauf=sauf) for sauf in ("", *criteres.choix)}
    approches = [entrees(criteres, cles, sauf=sauf, a_prevoir=True) for sauf in lots]
    prevus = dict(zip(lots, previsions(approches), strict=True))
    niveaux = {sauf: niveau(prevu, ECHANTILLON) if prevu > EXACT_JUSQU_A else 0 for sauf, prevu in prevus.items()}
    comptes = {sauf: tenus for sauf in lots if niveaux[sauf] and (tenus := _gardes(criteres, sauf, prevus[sauf]))}
    while restants := {sauf: lot for sauf, lot in lots.items() if sauf not in comptes}:
        for sauf, nombres in _agreger(restants, niveaux).items():
            if nombres.get(None, 0) <= _limite(niveaux[sauf]) or niveaux[sauf] == NIVEAUX:
                comptes[sauf] = _comptes(nombres, niveaux[sauf])
            else:  # the planner expected fewer: draw fewer of what is known to be more
                niveaux[sauf] = min(NIVEAUX, max(niveau(EXACT_JUSQU_A * 4, ECHANTILLON), niveaux[sauf] + 2))
    return comptes


def _limite(tire: int) -> int:
    """Rows above which one draws again."""
    return LUES if tire else EXACT_JUSQU_A


def _gardes(criteres: Criteres, sauf: str, prevu: int) -> Comptes | None:
    """The counts of all the fiches, as the task of every ten minutes keeps them; None where they would mislead."""
    if criteres.q or criteres.lieu or set(criteres.choix) - {sauf}:
        return None
    gardes = Facette.objects.filter(nb__gt=0)
    if sauf:
        gardes = gardes.filter(genre__in=[sauf, Genre.TYPE])
    lus = list(gardes.order_by("pk").values_list("pk", "genre", "nb"))
    total = sum(nb for _, genre, nb in lus if genre == Genre.TYPE)  # a fiche has one type
    if abs(total - prevu) > prevu * ECART:
        return None
    return Comptes(total, True, {cle: nb for cle, genre, nb in lus if not sauf or genre == sauf})


def _agreger(lots: Mapping[str, QuerySet[Entree]], niveaux: Mapping[str, int]) -> dict[str, dict[int | None, int]]:
    """Count rows and choices of every lot in one query; the null choice counts the rows."""
    ordres: list[str] = []
    parametres: list[Any] = []
    for sauf, lot in lots.items():
        sql, valeurs = sql_de(echantillon(lot, niveaux[sauf]))
        ordres.append(
            "SELECT %s::text, facette, count(*) FROM (SELECT unnest(NULL::int || facettes) AS facette"  # noqa: S608
            f" FROM ({sql} LIMIT {_limite(niveaux[sauf]) + 1}) l) f GROUP BY 2"
        )
        parametres += [sauf, *valeurs]
    lus: dict[str, dict[int | None, int]] = {sauf: {} for sauf in lots}
    with connection.cursor() as curseur:
        curseur.execute(" UNION ALL ".join(f"({ordre})" for ordre in ordres), parametres)
        for sauf, facette, nb in curseur:
            lus[sauf][facette] = nb
    return lus


def _comptes(nombres: dict[int | None, int], tire: int) -> Comptes:
    ajustes = {cle: arrondi(nb * 2**tire) if tire else nb for cle, nb in nombres.items()}
    return Comptes(ajustes.pop(None, 0), not tire, {cle: nb for cle, nb in ajustes.items() if cle is not None})


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


def par_code(comptes: Comptes, genre: str) -> dict[str, int]:
    """{code of a choice of this Genre: fiches}."""
    nombres = comptes.par_choix or {}
    noms = _noms_de(set(nombres))
    return {noms[cle][1]: nb for cle, nb in nombres.items() if noms[cle][0] == genre}


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
