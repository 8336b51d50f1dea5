"""The drawn cover of a selection: three rows of six tiles in the colours of its families."""

from collections.abc import Iterable
from hashlib import sha256

NB_CARREAUX = 18
FORMES = "0123456"  # a square, four quarters of a disc, two triangles
OR = "O"  # a tile of the arobase's gold
NB_OR = 2
TOUTES = "ABCDE"


def carreler(familles: Iterable[str], graine: int) -> str:
    """Two characters a tile, its colour then its shape; the same for the same families and ``graine``.

    Each of ``familles`` (letters; all five when there are none) is drawn about as often, and two tiles are gold.
    """
    lettres = sorted(set(familles)) or list(TOUTES)
    hasard = sha256(str(graine).encode()).digest()[:NB_CARREAUX]
    ordre = sorted(range(NB_CARREAUX), key=lambda place: hasard[place])
    couleurs = {place: OR if n < NB_OR else lettres[n % len(lettres)] for n, place in enumerate(ordre)}
    return "".join(couleurs[place] + FORMES[hasard[place] % len(FORMES)] for place in range(NB_CARREAUX))
