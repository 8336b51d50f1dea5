"""A right is a verdict with its reason.

The same verdict disables a button, says why beside it, and refuses the POST. Three answers exist:
``OUI``, ``refus(reason)`` (the person may know the thing exists: 403) and ``INCONNU`` (a stranger: 404).
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404


@dataclass(frozen=True, slots=True)
class Verdict:
    """``lien`` is the URL of the place that unblocks what is refused; ``masque`` hides the object's existence.

    ``recours`` is a sentence, for want of a role only: who gives that role.
    """

    accorde: bool
    motif: str = ""
    lien: str = ""
    masque: bool = False
    recours: str = ""

    def __bool__(self) -> bool:
        return self.accorde


OUI = Verdict(True)
INCONNU = Verdict(False, "Cette page n’existe pas.", masque=True)


class AccesRefuse(PermissionDenied):
    """A refusal on its way to the page that says it, with its whole verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.motif)
        self.verdict = verdict


def refus(motif: str, lien: str = "", *, recours: str = "") -> Verdict:
    return Verdict(False, motif, lien, recours=recours)


def exiger(verdict: Verdict) -> None:
    """Raise ``Http404`` for a stranger, ``AccesRefuse`` with the French reason otherwise."""
    if verdict:
        return
    if verdict.masque:
        raise Http404
    raise AccesRefuse(verdict)
