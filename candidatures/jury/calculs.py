"""The jury's arithmetic: marks, means, gates and the proposal of a level. Pure: plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

NOTE_MAX = Decimal(5)
AJUSTEMENT_MAX = Decimal(1)
ECART_A_DEBATTRE = Decimal(15)
NIVEAU_MAX = 5
CENTIEME = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Elements:
    """What the gates ask of a deposited dossier.

    ``niveaux``: supported level (0–4) of each thematic enjeu that concerns the collectivité; ``nb_enjeux``: how many
    thematic enjeux the référentiel has (16). ``faits``: codes of the facts that the dossier proves.
    """

    nb_actions: int = 0
    nb_replicables: int = 0
    niveaux: tuple[int, ...] = ()
    nb_enjeux: int = 16
    faits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PorteJugee:
    arobases: int
    code: str
    libelle: str
    tenue: bool

    def en_json(self) -> dict[str, Any]:
        return asdict(self)


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


def minimum_d_enjeux(minimum: int, nb_concernes: int, nb_enjeux: int) -> int:
    """The gate's number of enjeux reduced by the tiles not concerned, share kept, rounded up: 10/16 of 12 is 8."""
    return int((Decimal(minimum) * nb_concernes / nb_enjeux).to_integral_value(ROUND_CEILING))


def _est_tenue(porte: Mapping[str, Any], elements: Elements, notes: Mapping[str, Decimal]) -> bool:
    match porte["regle"]:
        case "nb_actions":
            return elements.nb_actions >= int(porte["min"])
        case "nb_replicables":
            return elements.nb_replicables >= int(porte["min"])
        case "enjeux":
            minimum = minimum_d_enjeux(int(porte["min"]), len(elements.niveaux), elements.nb_enjeux)
            return sum(niveau >= int(porte["niveau"]) for niveau in elements.niveaux) >= minimum
        case "fait":
            return porte["fait"] in elements.faits
        case "criteres":
            codes = porte["codes"] or notes.keys()
            return all(notes[code] >= Decimal(porte["min"]) for code in codes)
        case inconnue:
            raise ValueError(f"Règle de porte inconnue : {inconnue}")


def juger_portes(
    portes: Iterable[Mapping[str, Any]], elements: Elements, notes: Mapping[str, Decimal]
) -> list[PorteJugee]:
    """Each gate of the campaign, held or not; ``notes`` are the means by criterion."""
    return [PorteJugee(p["arobases"], p["code"], p["libelle"], _est_tenue(p, elements, notes)) for p in portes]


def proposition(valeur: Decimal, seuils: Iterable[Mapping[str, Any]], portes: Sequence[PorteJugee]) -> int:
    """The highest level (1–5) whose threshold is reached and whose gates, and those of the levels below, all hold.

    Every admissible dossier enters at one arobase, whatever its marks.
    """
    minimum = {s["arobases"]: Decimal(str(s["min"])) for s in seuils}
    niveau = 1
    for candidat in range(2, NIVEAU_MAX + 1):
        if valeur < minimum[candidat] or not all(p.tenue for p in portes if p.arobases == candidat):
            break
        niveau = candidat
    return niveau


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
    if retenue == NIVEAU_MAX:
        motifs.append(Debat.CINQ)
    return motifs
