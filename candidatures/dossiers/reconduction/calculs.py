"""What is decided of last year's actions, and what follows. Pure: no database, no clock.

A decision and an end date are kept per fiche in the section "actions", as fields of a form: ``reprise-12``, ``fin-12``.
What has been done of them is under ``suivi``: {fiche key as text: {"decision", "le", and for a closed fiche "fin",
"stade_avant", "fin_avant"}}; dates in ISO.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

RECONDUIRE, METTRE_A_JOUR, CLORE = "reconduire", "mettre_a_jour", "clore"
DECISIONS = ((RECONDUIRE, "Reconduire"), (METTRE_A_JOUR, "Mettre à jour"), (CLORE, "Clore"))
SUIVI = "suivi"
Suivi = dict[str, dict[str, str]]


def champ_decision(cle: int | str) -> str:
    return f"reprise-{cle}"


def champ_fin(cle: int | str) -> str:
    return f"fin-{cle}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is wanted of a fiche; ``fin`` only where it is closed, and only when its date is right."""

    cle: str
    code: str
    fin: date | None = None


def erreur_de_fin(fin: date, debut: date | None, aujourd_hui: date) -> str:
    """Why this end date cannot be; empty when it can."""
    if debut and fin < debut:
        return f"l’action a commencé le {debut:%d/%m/%Y} : elle ne peut pas finir avant."
    if fin > aujourd_hui:
        return "cette date est à venir : une action close est finie. Indiquez sinon sa date de fin dans sa fiche."
    return ""


def reste_presentee(decision: Decision, limite: date) -> bool:
    """Closed, an action still counts when it ended after ``limite`` (two years before the closing day)."""
    if decision.code == CLORE:
        return decision.fin is not None and decision.fin > limite
    return bool(decision.code)


def ordre(deja: Sequence[str], voulues: Iterable[str]) -> list[str]:
    """The fiches presented: those that stay keep their place, the others follow."""
    rang = {cle: i for i, cle in enumerate(deja)}
    return sorted(dict.fromkeys(voulues), key=lambda cle: rang.get(cle, len(rang)))


@dataclass(frozen=True, slots=True)
class Changements:
    """What a save changes: ``decidees`` {decision or "": fiche keys}, fiches to close, fiches to give back."""

    decidees: Mapping[str, list[str]]
    a_clore: Mapping[str, date]
    a_rendre: Mapping[str, dict[str, str]]


def changements(avant: Suivi, voulues: Sequence[Decision]) -> Changements:
    decidees: dict[str, list[str]] = {}
    a_clore: dict[str, date] = {}
    a_rendre: dict[str, dict[str, str]] = {}
    for decision in voulues:
        ancienne = avant.get(decision.cle, {})
        if ancienne.get("decision", "") != decision.code:
            decidees.setdefault(decision.code, []).append(decision.cle)
        if decision.fin and ancienne.get("fin") != decision.fin.isoformat():
            a_clore[decision.cle] = decision.fin
        if "fin" in ancienne and decision.code != CLORE:
            a_rendre[decision.cle] = ancienne
    return Changements(decidees, a_clore, a_rendre)


def suivi(avant: Suivi, voulues: Sequence[Decision], fiches: Mapping[str, tuple[str, date | None]], le: str) -> Suivi:
    """What has been done once ``voulues`` holds. ``fiches``: {key: (stage, end) as they stand}; ``le``: ISO instant.

    A decision that did not change keeps its instant; a fiche closed twice keeps what it was before the first time, and
    a closed one stays so while its new date is wrong.
    """
    apres: Suivi = {cle: trace for cle, trace in avant.items() if cle not in {d.cle for d in voulues}}
    for decision in voulues:
        if not decision.code:
            continue
        ancienne = avant.get(decision.cle, {})
        trace: dict[str, str] = {"decision": decision.code, "le": le}
        if ancienne.get("decision") == decision.code:
            trace["le"] = ancienne["le"]
        if decision.fin:
            trace |= _avant_la_cloture(ancienne, fiches[decision.cle]) | {"fin": decision.fin.isoformat()}
        elif decision.code == CLORE and "fin" in ancienne:
            trace = dict(ancienne)
        apres[decision.cle] = trace
    return apres


def _avant_la_cloture(ancienne: Mapping[str, str], fiche: tuple[str, date | None]) -> dict[str, str]:
    if "fin" in ancienne:
        return {nom: ancienne[nom] for nom in ("stade_avant", "fin_avant")}
    stade, fin = fiche
    return {"stade_avant": stade, "fin_avant": fin.isoformat() if fin else ""}


def motif_d_ineligibilite(
    *, est_publiee: bool, est_lancee: bool, debut: date | None, fin: date | None, au: date, limite: date
) -> str:
    """Why an action does not count at ``au`` (rule of 2017); for an action known not to count."""
    if not est_publiee:
        return "fiche en brouillon : publiez-la"
    if not est_lancee:
        return "pas encore en service"
    if debut and debut > au:
        return "commence après la clôture"
    if fin and fin <= limite:
        return "finie depuis plus de deux ans"
    return "arrêtée, sans date de fin"


def decision_implicite(donnees: Mapping[str, Any], cle: str) -> str:
    """What is stored; a fiche put in the dossier by another way counts as reconduced."""
    connue = donnees.get(champ_decision(cle))
    if connue is not None:
        return str(connue)
    return RECONDUIRE if cle in donnees.get("actions", []) else ""
