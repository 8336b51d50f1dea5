"""The arithmetic of the self-diagnosis: pure and exact.

Source: the scale of the référentiel's version (``bareme``). Statuses give 0–1, a coverage is 0–1, a score and the
index are 0–100. Only ``score`` and ``indice`` round (two decimals, half up), so that anyone can do the sum again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

NON_RENSEIGNE = "non_renseigne"
NON_CONCERNE = "non_concerne"
NIVEAU_MAX = 4
_CENTIEME = Decimal("0.01")


class Preuves(Protocol):
    """What the eligible actions prove on an enjeu (shape of ``atlaas.interface.Preuves``)."""

    @property
    def nb_actions(self) -> int: ...
    @property
    def nb_avec_indicateur(self) -> int: ...
    @property
    def nb_replicables(self) -> int: ...
    @property
    def services(self) -> frozenset[str]: ...
    @property
    def services_evalues(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class RegleNiveau:
    """What ``niveau`` needs to be supported, on top of the levels below it."""

    niveau: int
    nb_actions: int = 0
    nb_avec_indicateur: int = 0
    nb_replicables: int = 0

    def tient(self, preuves: Preuves) -> bool:
        return (
            preuves.nb_actions >= self.nb_actions
            and preuves.nb_avec_indicateur >= self.nb_avec_indicateur
            and preuves.nb_replicables >= self.nb_replicables
        )


@dataclass(frozen=True, slots=True)
class Bareme:
    """``valeurs``: {status: value, None when the service is set aside}; ``exigences``: {status: "action" or
    "evaluation"}; ``statut_sans_preuve`` is what a status counts as when its proof is missing."""

    valeurs: Mapping[str, Decimal | None]
    exigences: Mapping[str, str]
    statut_sans_preuve: str
    regles: tuple[RegleNiveau, ...]
    poids_niveau: Decimal
    poids_couverture: Decimal
    poids_enjeux: Decimal
    poids_transversal: Decimal
    max_non_concernes: int

    @classmethod
    def depuis(cls, donnees: Mapping[str, Any]) -> "Bareme":
        """From the JSON of a version; raises ``KeyError`` when a key is missing."""
        statuts = donnees["statuts"]
        return cls(
            valeurs={s["code"]: None if s["valeur"] is None else Decimal(s["valeur"]) for s in statuts},
            exigences={s["code"]: s["exige"] for s in statuts if "exige" in s},
            statut_sans_preuve=donnees["statut_sans_preuve"],
            regles=tuple(
                sorted((RegleNiveau(**regle) for regle in donnees["preuves_niveau"]), key=lambda regle: regle.niveau)
            ),
            poids_niveau=Decimal(donnees["poids_niveau"]),
            poids_couverture=Decimal(donnees["poids_couverture"]),
            poids_enjeux=Decimal(donnees["poids_enjeux"]),
            poids_transversal=Decimal(donnees["poids_transversal"]),
            max_non_concernes=donnees["max_non_concernes"],
        )


@dataclass(frozen=True, slots=True)
class ResultatEnjeu:
    """``statuts`` are those retained; ``nb_en_place`` counts the services whose working is proved."""

    niveau_etaye: int
    couverture: Decimal
    score: Decimal
    statuts: Mapping[str, str]
    nb_en_place: int
    nb_concernes: int
    est_renseigne: bool


def statut_retenu(statut: str, service: str, preuves: Preuves, bareme: Bareme) -> str:
    """The best status not above the declared one whose proof is there."""
    exigence = bareme.exigences.get(statut)
    if exigence is None:
        return statut
    if service not in preuves.services:
        return bareme.statut_sans_preuve
    if exigence == "evaluation" and service not in preuves.services_evalues:
        return next(code for code, demande in bareme.exigences.items() if demande == "action")
    return statut


def nb_concernes(statuts: Iterable[str], bareme: Bareme) -> int:
    """Services that count; at most ``max_non_concernes`` may be set aside."""
    liste = list(statuts)
    ecartes = sum(bareme.valeurs[statut] is None for statut in liste)
    return len(liste) - min(ecartes, bareme.max_non_concernes)


def couverture(statuts: Iterable[str], bareme: Bareme) -> Decimal:
    """Sum of the values over the services concerned, 0–1; 0 when there is none."""
    liste = list(statuts)
    diviseur = nb_concernes(liste, bareme)
    total = sum((bareme.valeurs[statut] or Decimal(0) for statut in liste), Decimal(0))
    return total / diviseur if diviseur else Decimal(0)


def niveau_etaye(niveau: int, preuves: Preuves, bareme: Bareme) -> int:
    """The highest level, up to the declared one, that the actions support; levels are cumulative."""
    for regle in bareme.regles:
        if regle.niveau <= niveau and not regle.tient(preuves):
            return regle.niveau - 1
    return niveau


def score(niveau: int, couverture_: Decimal, bareme: Bareme) -> Decimal:
    """100 × (0.6 × level / 4 + 0.4 × coverage) with the weights of 2027."""
    valeur = 100 * (bareme.poids_niveau * niveau / NIVEAU_MAX + bareme.poids_couverture * couverture_)
    return valeur.quantize(_CENTIEME, ROUND_HALF_UP)


def indice(scores: Iterable[tuple[Decimal, bool]], bareme: Bareme) -> Decimal:
    """M from (score, is transversal) pairs: 0.8 × mean of the enjeux + 0.2 × mean of the transversal ones in 2027.

    Where one of the two groups is empty, the other weighs alone.
    """
    groupes: dict[bool, list[Decimal]] = {False: [], True: []}
    for valeur, est_transversal in scores:
        groupes[est_transversal].append(valeur)
    poids = {False: bareme.poids_enjeux, True: bareme.poids_transversal}
    presents = [groupe for groupe in groupes if groupes[groupe]]
    total = sum((poids[g] for g in presents), Decimal(0))
    if not total:
        return Decimal(0).quantize(_CENTIEME)
    somme = sum((poids[g] * sum(groupes[g], Decimal(0)) / len(groupes[g]) for g in presents), Decimal(0))
    return (somme / total).quantize(_CENTIEME, ROUND_HALF_UP)


def moyenne(scores: Sequence[Decimal]) -> Decimal:
    """The score of a family: the mean of its enjeux; 0 without any."""
    return (sum(scores, Decimal(0)) / (len(scores) or 1)).quantize(_CENTIEME, ROUND_HALF_UP)


def evaluer(niveau: int | None, statuts: Mapping[str, str], preuves: Preuves, bareme: Bareme) -> ResultatEnjeu:
    """An enjeu's figures. ``statuts``: {service code: declared status} with every service of the enjeu;
    a level not chosen yet counts 0. The score uses the supported level."""
    retenus = {code: statut_retenu(statut, code, preuves, bareme) for code, statut in statuts.items()}
    etaye = niveau_etaye(niveau or 0, preuves, bareme)
    part = couverture(retenus.values(), bareme)
    return ResultatEnjeu(
        niveau_etaye=etaye,
        couverture=part,
        score=score(etaye, part, bareme),
        statuts=retenus,
        nb_en_place=sum(statut in bareme.exigences for statut in retenus.values()),
        nb_concernes=nb_concernes(retenus.values(), bareme),
        est_renseigne=niveau is not None and NON_RENSEIGNE not in retenus.values(),
    )


def preuves_manquantes(niveau: int | None, preuves: Preuves, bareme: Bareme) -> tuple[RegleNiveau, ...]:
    """The rules, up to the declared level, that the actions do not meet; lowest first."""
    return tuple(regle for regle in bareme.regles if regle.niveau <= (niveau or 0) and not regle.tient(preuves))
