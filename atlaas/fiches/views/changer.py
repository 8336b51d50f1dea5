from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from atlaas import actions
from atlaas.models import Action
from atlaas.permissions import peut_archiver_action, peut_confirmer_action, peut_publier_action, peut_reprendre_action
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger

CHANGEMENTS = {
    "publier": (peut_publier_action, actions.publier_action, "est publiée"),
    "reprendre": (peut_reprendre_action, actions.reprendre_action, "est redevenue un brouillon"),
    "confirmer": (peut_confirmer_action, actions.confirmer_action, "est confirmée pour un an"),
    "archiver": (peut_archiver_action, actions.archiver_action, "est archivée"),
}


@regle(peut_publier_action, peut_reprendre_action, peut_confirmer_action, peut_archiver_action)
@require_POST
def changer_etat(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish, take back as a draft, confirm or archive; ``vers`` names which."""
    fiche = get_object_or_404(Action, pk=pk)
    if request.POST.get("vers") not in CHANGEMENTS:
        raise Http404("Ce changement n’existe pas.")
    peut, changer, phrase = CHANGEMENTS[request.POST["vers"]]
    exiger(peut(request.user, fiche))
    try:
        changer(fiche, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
        return redirect("atlaas:modifier", fiche.pk)
    messages.success(request, f"« {fiche} » {phrase}.")
    retour = request.POST.get("retour", "")
    return redirect(retour if url_has_allowed_host_and_scheme(retour, allowed_hosts=None) else fiche)
