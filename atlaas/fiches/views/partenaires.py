from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from atlaas.fiches import actions
from atlaas.fiches.forms import PartenaireForm
from atlaas.models import Action
from atlaas.permissions import peut_modifier_action
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@regle(peut_modifier_action)
@require_http_methods(["GET", "HEAD", "POST"])
def partenaires(request: HttpRequest, pk: int) -> HttpResponse:
    """The other collectivités that carry the action: add one, take one away."""
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_modifier_action(request.user, fiche))
    form = PartenaireForm(request.POST if "ajouter" in request.POST else None)
    if request.method == "POST" and _change(request, fiche, form):
        return redirect("atlaas:partenaires", pk)
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "partenaires": fiche.partenaires.select_related("departement").order_by("cle_alphabetique", "pk"),
        "form": form,
    }
    return render(request, "atlaas/fiches/partenaires.html", contexte, status=422 if form.errors else 200)


def _change(request: HttpRequest, fiche: Action, form: forms.Form) -> bool:
    par = personne_connectee(request)
    if "ajouter" not in request.POST:
        ville = get_object_or_404(fiche.partenaires, code=request.POST.get("retirer", ""))
        actions.dissocier(fiche, ville, par=par)
        return True
    if not form.is_valid():
        return False
    try:
        actions.associer(fiche, form.cleaned_data["collectivite"], par=par)
    except TransitionRefusee as refusee:
        form.add_error("collectivite", str(refusee))
        return False
    return True
