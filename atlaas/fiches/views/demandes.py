"""The référent's side of a fiche asked by link: ask, take back, read again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from atlaas import queries as coeur
from atlaas.fiches import actions, queries
from atlaas.fiches.forms import DecisionForm, DemandeForm
from atlaas.fiches.views.pages import candidate
from atlaas.models import Action, DemandeFiche
from atlaas.permissions import peut_demander_fiche, peut_relire_fiche
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@regle(peut_demander_fiche)
@require_http_methods(["GET", "HEAD", "POST"])
def demander(request: HttpRequest, code: str) -> HttpResponse:
    trouvee = candidate(code)
    exiger(peut_demander_fiche(request.user, trouvee))
    form = DemandeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        par, message = personne_connectee(request), donnees["message"]
        actions.demander(trouvee, donnees["courriel"], message=message, par=par, a=timezone.now())
        messages.success(request, f"Le lien est parti à {donnees['courriel']}.")
        return redirect("atlaas:demander_fiche", code)
    contexte = {"collectivite": trouvee, "form": form, "demandes": queries.demandes(trouvee, timezone.now())}
    return render(request, "atlaas/fiches/demander.html", contexte, status=422 if form.errors else 200)


@regle(peut_demander_fiche)
@require_POST
def revoquer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    trouvee = candidate(code)
    exiger(peut_demander_fiche(request.user, trouvee))
    demande = get_object_or_404(DemandeFiche, pk=pk, collectivite=trouvee)
    actions.revoquer(demande, par=personne_connectee(request), a=timezone.now())
    messages.success(request, f"Le lien envoyé à {demande.courriel} n’ouvre plus rien.")
    return redirect("atlaas:demander_fiche", code)


@regle(peut_relire_fiche)
@require_http_methods(["GET", "HEAD", "POST"])
def relire(request: HttpRequest, pk: int) -> HttpResponse:
    """The colleague's fiche as it would read; accepted, it becomes a draft of the collectivité."""
    fiche = get_object_or_404(coeur.avec_cartes(Action.objects.select_related("demande", "collectivite")), pk=pk)
    exiger(peut_relire_fiche(request.user, fiche))
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        par = personne_connectee(request)
        try:
            if "accepter" in request.POST:
                actions.accepter(fiche, par=par)
                messages.success(request, f"« {fiche} » est maintenant un brouillon de votre collectivité.")
                return redirect("atlaas:modifier", pk)
            actions.ecarter(fiche, motif=form.cleaned_data["motif"], par=par)
        except TransitionRefusee as refusee:
            form.add_error("motif", str(refusee))
        else:
            messages.success(request, f"« {fiche} » est écartée.")
            return redirect("atlaas:mes_fiches", fiche.collectivite.code)
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "services": fiche.services.all(),
        "partenaires": (),
        "form": form,
    }
    return render(request, "atlaas/fiches/relire.html", contexte, status=422 if form.errors else 200)
