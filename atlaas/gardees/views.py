from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from atlaas.gardees import actions, queries
from atlaas.gardees.permissions import peut_garder
from atlaas.models import Action
from atlaas.queries import page_lue
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@regle("connecte")
@require_safe
def gardees(request: HttpRequest) -> HttpResponse:
    """The fiches that the person keeps; nobody else sees them."""
    personne = personne_connectee(request)
    page, existe = page_lue(queries.gardees_par(personne), request.GET.get("page", "1"), queries.PAR_PAGE)
    contexte = {"page": page, "nb_parties": queries.nb_parties(personne)}
    return render(request, "atlaas/gardees/liste.html", contexte, status=200 if existe else 404)


@regle(peut_garder)
@require_POST
def garder(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a fiche, or (``garder=non``) keep it no longer."""
    fiche = get_object_or_404(Action, pk=pk)
    exiger(peut_garder(request.user, fiche))
    personne = personne_connectee(request)
    if request.POST.get("garder") == "non":
        actions.ne_plus_garder(fiche, par=personne)
        messages.success(request, f"« {fiche} » n’est plus parmi vos fiches gardées.")
    else:
        try:
            actions.garder(fiche, par=personne)
        except TransitionRefusee as refusee:
            messages.error(request, str(refusee))
        else:
            messages.success(request, f"« {fiche} » est parmi vos fiches gardées : vous seul les voyez.")
    retour = request.POST.get("retour", "")
    return redirect(retour if url_has_allowed_host_and_scheme(retour, allowed_hosts=None) else fiche)
