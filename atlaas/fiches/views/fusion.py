from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from atlaas.fiches import actions, queries
from atlaas.models import Action
from atlaas.permissions import peut_fusionner_action
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@regle(peut_fusionner_action)
@require_http_methods(["GET", "HEAD", "POST"])
def fusionner(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the fiche that stays; this one leaves, and its address leads there."""
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_fusionner_action(request.user, fiche))
    choisie = request.POST.get("dans", "")
    autres = queries.fusionnables(fiche)
    contexte = {"action": fiche, "collectivite": fiche.collectivite, "fiches": autres, "refus": ""}
    if request.method != "POST":
        return render(request, "atlaas/fiches/fusionner.html", contexte)
    restante = next((f for f in autres if str(f.pk) == choisie), None)
    contexte["refus"] = "Choisissez la fiche qui reste."
    if restante is not None:
        try:
            actions.fusionner(fiche, restante, par=personne_connectee(request), a=timezone.now())
        except TransitionRefusee as refusee:
            contexte["refus"] = str(refusee)
        else:
            messages.success(request, f"« {fiche} » est fusionnée dans « {restante} » : son adresse y mène.")
            return redirect(restante)
    return render(request, "atlaas/fiches/fusionner.html", contexte, status=422)
