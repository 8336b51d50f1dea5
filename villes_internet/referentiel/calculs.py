"""The arithmetic of the levels: gates, thresholds and the level that they allow. Pure: plain values in and out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

AROBASES_MAX = 5


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
    """Each gate of the version, held or not; ``notes`` are the means by criterion."""
    return [PorteJugee(p["arobases"], p["code"], p["libelle"], _est_tenue(p, elements, notes)) for p in portes]


def proposition(valeur: Decimal, seuils: Iterable[Mapping[str, Any]], portes: Sequence[PorteJugee]) -> int:
    """The highest level (1–5) whose threshold is reached and whose gates, and those of the levels below, all hold.

    Every admissible dossier enters at one arobase, whatever its marks.
    """
    minimum = {s["arobases"]: Decimal(str(s["min"])) for s in seuils}
    niveau = 1
    for candidat in range(2, AROBASES_MAX + 1):
        if valeur < minimum[candidat] or not all(p.tenue for p in portes if p.arobases == candidat):
            break
        niveau = candidat
    return niveau
