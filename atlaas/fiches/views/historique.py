from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from atlaas.fiches import actions, queries
from atlaas.models import Action, VersionFiche
from atlaas.permissions import peut_modifier_action, peut_voir_historique
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee


@regle(peut_voir_historique)
@require_safe
def historique(request: HttpRequest, pk: int) -> HttpResponse:
    """What the fiche said, version after version, each with what it changed."""
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_voir_historique(request.user, fiche))
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "versions": queries.historique(fiche),
        "modifier": peut_modifier_action(request.user, fiche),
    }
    return render(request, "atlaas/fiches/historique.html", contexte)


@regle(peut_modifier_action)
@require_POST
def retablir(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """What version ``numero`` said becomes what the fiche says, as a new version."""
    fiche = get_object_or_404(Action, pk=pk)
    exiger(peut_modifier_action(request.user, fiche))
    version = get_object_or_404(VersionFiche, action=fiche, numero=numero)
    lu = request.POST.get("numero_version", "")
    try:
        actions.retablir_version(
            fiche,
            version,
            numero_version=int(lu) if lu.isascii() and lu.isdigit() else 0,
            par=personne_connectee(request),
            a=timezone.now(),
        )
    except VersionPerimee as perimee:
        messages.error(request, f"{perimee} Relisez l’historique avant de rétablir.")
    except TransitionRefusee as refusee:
        messages.error(request, f"La version {numero} ne peut pas revenir telle quelle. {refusee}")
    else:
        messages.success(request, f"La fiche dit de nouveau ce que disait la version {numero}.")
    return redirect("atlaas:historique", pk)
