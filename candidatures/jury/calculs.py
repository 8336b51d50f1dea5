"""The jury's arithmetic: marks, means and what asks for a debate. Pure: plain values in, plain values out."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from villes_internet.referentiel.calculs import AROBASES_MAX

NOTE_MAX = Decimal(5)
AJUSTEMENT_MAX = Decimal(1)
ECART_A_DEBATTRE = Decimal(15)
CENTIEME = Decimal("0.01")


class Debat(StrEnum):
    """Why a dossier needs the jury's discussion."""

    ECART = "ecart"
    NIVEAUX = "niveaux"
    RECUL = "recul"
    CINQ = "cinq"


def _centieme(valeur: Decimal) -> Decimal:
    return valeur.quantize(CENTIEME, ROUND_HALF_UP)


def total(notes: Mapping[str, Decimal], poids: Mapping[str, int]) -> Decimal:
    """S on 100: the sum of weight × note / 5 (domain rule §7.4). ``KeyError`` when a criterion has no note."""
    return _centieme(sum((Decimal(p) * notes[code] / NOTE_MAX for code, p in poids.items()), Decimal(0)))


def moyenne(valeurs: Sequence[Decimal]) -> Decimal | None:
    return _centieme(sum(valeurs, Decimal(0)) / len(valeurs)) if valeurs else None


def ecart(valeurs: Sequence[Decimal]) -> Decimal | None:
    """Largest difference between two readings; None under two readings."""
    return max(valeurs) - min(valeurs) if len(valeurs) > 1 else None


def moyennes_par_critere(lectures: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """{criterion code: mean of the notes}, over complete readings."""
    return {
        code: _centieme(sum((lecture[code] for lecture in lectures), Decimal(0)) / len(lectures))
        for code in (lectures[0] if lectures else {})
    }


def note_preremplie(indice: Decimal) -> Decimal:
    """The mosaic's index M (0–100) as a note: M / 20, to the hundredth."""
    return _centieme(min(max(indice / 20, Decimal(0)), NOTE_MAX))


def est_demi_point(note: Decimal) -> bool:
    return (note * 2) % 1 == 0


def bornes_ajustement(preremplie: Decimal) -> tuple[Decimal, Decimal]:
    """The pre-filled note may move by one point, within 0–5."""
    return max(preremplie - AJUSTEMENT_MAX, Decimal(0)), min(preremplie + AJUSTEMENT_MAX, NOTE_MAX)


def demande_commentaire(note: Decimal) -> bool:
    """The extreme notes 0, 1 and 5 must be explained."""
    return note in {Decimal(0), Decimal(1), NOTE_MAX}


def motifs_de_debat(
    difference: Decimal | None, propositions: Sequence[int], retenue: int, precedent: int | None
) -> list[Debat]:
    """Why a third reading and a discussion are due (domain rule §7.4); ``propositions``: one level a reader."""
    motifs = []
    if difference is not None and difference >= ECART_A_DEBATTRE:
        motifs.append(Debat.ECART)
    if propositions and max(propositions) - min(propositions) >= 2:
        motifs.append(Debat.NIVEAUX)
    if precedent is not None and retenue < precedent:
        motifs.append(Debat.RECUL)
    if retenue == AROBASES_MAX:
        motifs.append(Debat.CINQ)
    return motifs
