"""What a person wrote, and what the people of a collectivité follow and settle."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from atlaas.models import Action, Propos
from atlaas.permissions import peut_regler_echanges
from atlaas.queries import page_lue
from atlaas.questions import actions, queries
from atlaas.questions.permissions import peut_reprendre, peut_voir_questions_recues
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


@regle("connecte")
@require_safe
def mes_questions(request: HttpRequest) -> HttpResponse:
    """What the person asked and answered, with what the moderation said of it."""
    contexte = {"ecrits": queries.ecrits_par(personne_connectee(request))}
    return render(request, "atlaas/questions/mes_questions.html", contexte)


@regle(peut_reprendre)
@require_POST
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    ecrit = get_object_or_404(Propos.objects.select_related("action", "question"), pk=pk)
    exiger(peut_reprendre(request.user, ecrit))
    try:
        actions.reprendre(ecrit, par=personne_connectee(request))
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    else:
        messages.success(request, "C’est retiré : plus personne ne le lit.")
    return redirect("atlaas:mes_questions")


@regle(peut_voir_questions_recues)
@require_safe
def recues(request: HttpRequest, code: str) -> HttpResponse:
    """The questions under the fiches of a collectivité, those without answer first."""
    ville = get_object_or_404(Collectivite.objects.candidates(), code=code)
    exiger(peut_voir_questions_recues(request.user, ville))
    page, existe = page_lue(queries.recues(ville), request.GET.get("page", "1"), queries.PAR_PAGE)
    contexte = {"collectivite": ville, "page": page}
    return render(request, "atlaas/questions/recues.html", contexte, status=200 if existe else 404)


@regle(peut_regler_echanges)
@require_POST
def regler(request: HttpRequest, pk: int) -> HttpResponse:
    """Take new questions under a fiche, or no longer."""
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_regler_echanges(request.user, fiche.collectivite_id))
    ouvertes = request.POST.get("questions") == "ouvertes"
    actions.regler(fiche, ouvertes=ouvertes, par=personne_connectee(request))
    suite = "prend de nouveau des questions" if ouvertes else "ne prend plus de question ; celles qui y sont restent"
    messages.success(request, f"« {fiche} » {suite}.")
    return redirect(fiche)
