"""What a synthesis keeps of twenty enjeux: what moved most, the next step of the label. Pure, no Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from villes_internet.referentiel.calculs import Elements, avancement, concerne

Mouvement = tuple[str, int, int]


def mouvements(scores: Iterable[Mouvement]) -> list[Mouvement]:
    """(enjeu, last year's points, this year's) that differ, the greatest move first, then in the order given."""
    return sorted((m for m in scores if m[1] != m[2]), key=lambda m: -abs(m[2] - m[1]))


@dataclass(frozen=True, slots=True)
class Palier:
    """The lowest level of the label (1–5) whose condition on the enjeux is not held: ``nb`` of ``demandes`` stand at
    the supported ``niveau`` it asks for."""

    arobases: int
    libelle: str
    niveau: int
    nb: int
    demandes: int


def palier_suivant(portes: Iterable[Mapping[str, Any]], elements: Elements) -> Palier | None:
    """Among the gates that count enjeux, the only ones that a mosaïque alone can hold; None when it holds them all."""
    siennes = (p for p in portes if p["regle"] == "enjeux" and concerne(p, elements.type, elements.strate))
    for porte in sorted(siennes, key=lambda p: int(p["arobases"])):
        nb, demandes = avancement(porte, elements) or (0, 0)
        if nb < demandes:
            return Palier(int(porte["arobases"]), porte["libelle"], int(porte["niveau"]), nb, demandes)
    return None


def taille_du_nom(nom: str) -> str:
    """The class of a name on the slide, that keeps its head at the same height: one line, or two small ones."""
    return "court" if len(nom) <= 26 else "long" if len(nom) <= 40 else "tres-long"
