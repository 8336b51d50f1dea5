"""A word that may be unfinished: what it begins.

The index reads every row of every word that begins so, and nothing stops it: half a second where they are a tenth of
a million. There the most common of these words, which the planner knows by their frequency, stand for them all.
"""

import time
from functools import lru_cache

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchQueryField
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Cast

from atlaas.models import SansAccents

DUREE = 600  # seconds for which a process keeps the common words
TROP = 10_000  # rows that bear words of one beginning: beyond, the common ones stand for them
COMMUNS = 40  # of these at most
FREQUENCES = """
SELECT mot, frequence * c.reltuples
FROM pg_class c
JOIN pg_stats s ON s.schemaname = current_schema() AND s.tablename = c.relname AND s.attname = 'recherche'
CROSS JOIN LATERAL unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) m (mot, frequence)
WHERE c.oid = 'atlaas_entree'::regclass AND c.reltuples > %s AND mot IS NOT NULL
ORDER BY frequence DESC, mot
"""
RACINE = "SELECT lexemes[1] FROM (SELECT ts_lexize('french_stem', vi_sans_accents(%s)) AS lexemes) l"


class Lexemes(SearchQueryCombinable, Cast):  # type: ignore[misc]  # as SearchQuery itself
    """Words as the index has them, any of which is enough."""

    config = None

    def __init__(self, *lexemes: str) -> None:
        cites = ("'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for lexeme in lexemes)
        super().__init__(Value(" | ".join(cites)), SearchQueryField())


def debut(mot: str) -> SearchQueryCombinable:
    """The words that begin as this one."""
    if communs := _communs(mot):
        return Lexemes(*communs)
    return SearchQuery(SansAccents(Value(f"{mot}:*")), config="french", search_type="raw")


def _communs(mot: str) -> list[str]:
    """Those to look for in place of the beginning; none where it is quickly read."""
    frequents = _frequents(int(time.monotonic() // DUREE))
    if not frequents or not (racine := _racine(mot)):
        return []
    trouves = [(lexeme, nb) for lexeme, nb in frequents if lexeme.startswith(racine)]
    return [lexeme for lexeme, _ in trouves[:COMMUNS]] if sum(nb for _, nb in trouves) > TROP else []


@lru_cache(maxsize=1)
def _frequents(_tranche: int) -> tuple[tuple[str, float], ...]:
    """(word as the index has it, rows that bear it), the most common first; none in a small base."""
    with connection.cursor() as curseur:
        curseur.execute(FREQUENCES, [TROP])
        return tuple(curseur.fetchall())


@lru_cache(maxsize=1024)
def _racine(mot: str) -> str:
    with connection.cursor() as curseur:
        curseur.execute(RACINE, [mot])
        (racine,) = curseur.fetchone()
    return racine or ""
