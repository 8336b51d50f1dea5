"""What other rules would have proposed for dossiers that a jury has read: pure.

The jury's marks are taken as they were, but for the criterion pre-filled from the mosaïque: it moves by as much as the
pre-filled note does, so that what the jurors added or took away stays.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from candidatures.jury.calculs import NOTE_MAX, note_preremplie, total
from villes_internet.referentiel.calculs import AROBASES_MAX, Elements, juger_portes, proposition

# Shares of the levels 1–5, in percent, of two years of the label (domain reference §1.11).
HISTOIRE = {2011: (16, 32, 35, 9, 8), 2016: (25, 23, 19, 15, 18)}


@dataclass(frozen=True, slots=True)
class Regles:
    """``poids``: {criterion code: weight on 100}; ``precalcules``: codes pre-filled from the mosaïque."""

    seuils: Sequence[Mapping[str, Any]]
    portes: Sequence[Mapping[str, Any]]
    poids: Mapping[str, int]
    precalcules: Collection[str]


@dataclass(frozen=True, slots=True)
class Projection:
    """``note`` is S on 100; ``manquees`` are the gates that hold the dossier back from the level above."""

    indice: Decimal
    note: Decimal
    arobases: int
    manquees: tuple[str, ...]


def notes_deplacees(
    notes: Mapping[str, Decimal], precalcules: Collection[str], avant: Decimal, apres: Decimal
) -> dict[str, Decimal]:
    """The marks once the index goes from ``avant`` to ``apres`` (0–100), within 0–5."""
    pas = note_preremplie(apres) - note_preremplie(avant)
    return {c: min(max(n + pas, Decimal(0)), NOTE_MAX) if c in precalcules else n for c, n in notes.items()}


def projeter(
    notes: Mapping[str, Decimal], elements: Elements, regles: Regles, *, indice: Decimal, avant: Decimal
) -> Projection:
    """The proposal that ``regles`` make of a dossier whose index would be ``indice``, and was ``avant``."""
    deplacees = notes_deplacees(notes, regles.precalcules, avant, indice)
    portes = juger_portes(regles.portes, elements, deplacees)
    valeur = total(deplacees, regles.poids)
    niveau = proposition(valeur, regles.seuils, portes)
    return Projection(
        indice, valeur, niveau, tuple(p.libelle for p in portes if not p.tenue and p.arobases == niveau + 1)
    )


def repartition(niveaux: Iterable[int]) -> list[int]:
    """How many dossiers at each level, 1 to 5."""
    comptes = Counter(niveaux)
    return [comptes[n] for n in range(1, AROBASES_MAX + 1)]
