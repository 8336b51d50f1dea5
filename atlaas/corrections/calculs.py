"""The difference between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_MOTS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Passage:
    """``genre``: "garde" (in both), "retire" (only in the first text) or "ajoute" (only in the second)."""

    genre: str
    texte: str


def difference(avant: str, apres: str) -> list[Passage]:
    """What a reader sees of the way from one text to the other; both read whole in it, in their order.

    Quadratic in the worst case, on texts of some thousand words.
    """
    mots, autres = _MOTS.findall(avant), _MOTS.findall(apres)
    passages: list[Passage] = []
    for genre, debut, fin, autre_debut, autre_fin in SequenceMatcher(None, mots, autres, autojunk=False).get_opcodes():
        passages += _passages(genre, "".join(mots[debut:fin]), "".join(autres[autre_debut:autre_fin]))
    return passages


def _passages(genre: str, avant: str, apres: str) -> Iterator[Passage]:
    if genre == "equal":
        yield Passage("garde", avant)
        return
    if avant:
        yield Passage("retire", avant)
    if apres:
        yield Passage("ajoute", apres)
