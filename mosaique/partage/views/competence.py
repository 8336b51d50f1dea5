"""What the intercommunalité carries is accepted, service by service."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from mosaique.chargement import mosaique_visible
from mosaique.partage import actions
from mosaique.permissions import peut_remplir_mosaique
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@require_POST
@regle(peut_remplir_mosaique)
def accepter(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    mosaique = mosaique_visible(request, code, millesime)
    exiger(peut_remplir_mosaique(request.user, mosaique))
    enjeu = arbre(mosaique.version).enjeu(code_enjeu)
    if enjeu is None:
        raise Http404
    services = request.POST.getlist("service")
    try:
        actions.accepter_competence(mosaique, enjeu, services, par=personne_connectee(request), a=timezone.now())
    except TransitionRefusee as refus:
        messages.error(request, str(refus))
    else:
        messages.success(request, "C’est noté : ces services sont « non concerné », avec leur motif.")
    return redirect("mosaique:enjeu", code, millesime, code_enjeu)
