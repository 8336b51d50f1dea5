from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from atlaas.liens import actions, queries
from atlaas.models import LienDeFiche
from atlaas.permissions import peut_creer_action, peut_modifier_action, peut_voir_fiches
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite


@regle(peut_voir_fiches)
@require_safe
def liens(request: HttpRequest, code: str) -> HttpResponse:
    """Every link of the town's public fiches that is worth a look, with what mends it."""
    ville = get_object_or_404(Collectivite.objects.candidates(), code=code)
    exiger(peut_voir_fiches(request.user, ville))
    contexte = {
        "collectivite": ville,
        "signalements": queries.signalements_de_la_ville(ville),
        "montres": queries.MONTRES,
        "ecrire": peut_creer_action(request.user, ville),
    }
    return render(request, "atlaas/liens/liste.html", contexte)


@regle(peut_modifier_action)
@require_POST
def remplacer(request: HttpRequest, pk: int) -> HttpResponse:
    """The fiche says where the link leads now, unless somebody saved it since the page was read."""
    lien = _lien(request, pk)
    lu = request.POST.get("numero_version", "")
    try:
        actions.remplacer(
            lien,
            numero_version=int(lu) if lu.isascii() and lu.isdigit() else 0,
            par=personne_connectee(request),
            a=timezone.now(),
        )
    except (VersionPerimee, TransitionRefusee) as refusee:
        messages.error(request, f"Rien n’a été changé. {refusee}")
    else:
        messages.success(request, f"« {lien.action} » mène maintenant à {lien.adresse.vers}.")
    return _retour(request, lien)


@regle(peut_modifier_action)
@require_POST
def garder(request: HttpRequest, pk: int) -> HttpResponse:
    """« C’est bien le bon lien »: nothing more is said of it, until another thing is found."""
    lien = _lien(request, pk)
    actions.garder(lien, par=personne_connectee(request))
    messages.success(request, "C’est noté : ce lien ne sera plus signalé, sauf s’il change encore.")
    return _retour(request, lien)


def _lien(request: HttpRequest, pk: int) -> LienDeFiche:
    lien = get_object_or_404(LienDeFiche.objects.select_related("action__collectivite", "adresse"), pk=pk)
    exiger(peut_modifier_action(request.user, lien.action))
    return lien


def _retour(request: HttpRequest, lien: LienDeFiche) -> HttpResponse:
    retour = request.POST.get("retour", "")
    return redirect(retour if url_has_allowed_host_and_scheme(retour, allowed_hosts=None) else lien.action)
