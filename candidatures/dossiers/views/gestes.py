"""From draft to deposit: the buttons of the last step."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from candidatures.dossiers import actions, permissions
from candidatures.dossiers.models import Dossier, Etape
from candidatures.dossiers.views.cadre import dossier_visible
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import Verdict, exiger


@dataclass(frozen=True, slots=True)
class Geste:
    """A button of the last step: its right, its action, what is said after."""

    peut: Callable[..., Verdict]
    agir: Callable[..., Dossier]
    fait: str
    a_un_motif: bool = False


GESTES = {
    "demander": Geste(
        permissions.peut_demander_approbation,
        actions.demander_approbation,
        "L’approbation est demandée : le signataire a reçu un message.",
    ),
    "approuver": Geste(
        permissions.peut_approuver, actions.approuver, "Le dossier est approuvé. Il reste à le déposer."
    ),
    "renvoyer": Geste(
        permissions.peut_renvoyer, actions.renvoyer, "Le dossier est revenu en brouillon.", a_un_motif=True
    ),
    "deposer": Geste(
        permissions.peut_deposer, actions.deposer, "Votre dossier est déposé. Le récépissé part par courriel."
    ),
    "rouvrir": Geste(
        permissions.peut_rouvrir,
        actions.rouvrir,
        "Le dossier est rouvert : il faudra l’approuver et le déposer à nouveau.",
    ),
    "retirer": Geste(
        permissions.peut_retirer, actions.retirer, "Le dossier est retiré de la campagne.", a_un_motif=True
    ),
}


@require_POST
@regle(*(g.peut for g in GESTES.values()))
def geste(request: HttpRequest, pk: int, geste: str) -> HttpResponse:
    """Ask, approve, send back, deposit, reopen, withdraw. A second press of "déposer" finds it done."""
    if geste not in GESTES:
        raise Http404
    dossier = dossier_visible(request, pk)
    choisi = GESTES[geste]
    retour = HttpResponseRedirect(reverse("dossiers:etape", args=[dossier.pk, Etape.DEPOT]))
    if geste == "deposer" and dossier.depose_le is not None:
        messages.info(request, "Votre dossier est déjà déposé.")
        return retour
    verdict = choisi.peut(request.user, dossier)
    exiger(verdict)
    motif = {"motif": request.POST.get("motif", "")} if choisi.a_un_motif else {}
    try:
        choisi.agir(dossier, par=personne_connectee(request), **motif)
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, choisi.fait)
    return retour
