"""The index that other weights would have given to answers already frozen: pure. The supported levels stay those of the
deposit, for the proofs of that day are not kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from mosaique.calculs import Bareme, couverture, indice, score


@dataclass(frozen=True, slots=True)
class EnjeuFige:
    """``retenus``: {service code: status that counted}; empty on answers frozen before it was kept."""

    est_transversal: bool
    niveau_etaye: int
    couverture: Decimal
    retenus: Mapping[str, str]


def indice_selon(enjeux: Iterable[EnjeuFige], bareme: Bareme) -> Decimal:
    """M (0–100) of frozen answers with the weights and the status values of ``bareme``."""
    return indice(((score(e.niveau_etaye, _part(e, bareme), bareme), e.est_transversal) for e in enjeux), bareme)


def _part(enjeu: EnjeuFige, bareme: Bareme) -> Decimal:
    """The coverage, counted again when every status is still known."""
    statuts = enjeu.retenus.values()
    if statuts and set(statuts) <= bareme.valeurs.keys():
        return couverture(statuts, bareme)
    return enjeu.couverture
