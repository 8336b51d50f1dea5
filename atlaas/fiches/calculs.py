"""Fiches that may say the same; pure."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

SEUIL = 78  # of 100; below, two towns' services that only share their nature would be called one
LONGUEUR_MIN = 6


def _nu(texte: str) -> str:
    sans_accents = unicodedata.normalize("NFD", texte.lower().replace("’", "'").replace("œ", "oe"))
    return "".join(c if c.isalnum() else " " for c in sans_accents if not unicodedata.combining(c))


def semblables(titre: str, autres: Iterable[tuple[int, str]], nb: int = 4) -> list[int]:
    """Keys of the titles that say nearly the same as ``titre``, the nearest first: words in another order, a plural,
    a year added. Short titles find nothing."""
    voulu = _nu(titre)
    if len(voulu.strip()) < LONGUEUR_MIN:
        return []
    titres = {cle: _nu(autre) for cle, autre in autres}
    trouves = process.extract(voulu, titres, scorer=fuzz.token_sort_ratio, score_cutoff=SEUIL, limit=nb)
    contenus = process.extract(voulu, titres, scorer=fuzz.token_set_ratio, score_cutoff=95, limit=nb)
    return list(dict.fromkeys(cle for _, _, cle in [*trouves, *contenus] if len(titres[cle].strip()) >= LONGUEUR_MIN))[
        :nb
    ]
