"""What everyone reads and writes under a fiche."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atlaas.models import Action, Propos, ProposQuerySet
from atlaas.permissions import peut_voir_action
from atlaas.queries import page_lue
from atlaas.questions import actions, courriels, queries
from atlaas.questions.forms import QuestionForm, ReponseForm, SignalementForm
from atlaas.questions.permissions import (
    est_public,
    ne_prend_plus_de_question,
    peut_poser,
    peut_repondre,
    peut_reprendre,
    peut_signaler,
    peut_voir_propos,
    repond_pour,
)
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import public, regle
from villes_internet.socle.saisie import garde_la_saisie
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


@public
@require_safe
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """All the questions of a public fiche, twenty a page."""
    fiche = get_object_or_404(Action.objects.publiees().select_related("collectivite", "sans_question"), pk=pk)
    exiger(peut_voir_action(request.user, fiche))
    page, existe = page_lue(queries.questions_de(fiche), request.GET.get("page", "1"), queries.PAR_PAGE)
    contexte = {
        "action": fiche,
        "collectivite": fiche.collectivite,
        "page": page,
        "poser": peut_poser(request.user, fiche),
        "fermees": ne_prend_plus_de_question(fiche),
    }
    return render(request, "atlaas/questions/liste.html", contexte, status=200 if existe else 404)


@garde_la_saisie
@regle(peut_poser)
@require_http_methods(["GET", "HEAD", "POST"])
def poser(request: HttpRequest, pk: int) -> HttpResponse:
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_poser(request.user, fiche))
    personne = personne_connectee(request)
    form = QuestionForm(request.POST or None, personne=personne)
    if request.method == "POST" and form.is_valid():
        try:
            posee = actions.poser(fiche, pour=form.ville(), texte=form.cleaned_data["texte"], par=personne)
        except TransitionRefusee as refusee:
            form.add_error(None, str(refusee))
        else:
            suite = "est publiée" if posee.collectivite_id else "attend d’être relue par l’association"
            messages.success(request, f"Votre question {suite}. La réponse vous arrivera par courriel.")
            return redirect(posee)
    contexte = {"action": fiche, "collectivite": fiche.collectivite, "form": form}
    return render(request, "atlaas/questions/poser.html", contexte, status=422 if form.errors else 200)


def _avec_fiche() -> ProposQuerySet:
    return Propos.objects.select_related("auteur", "collectivite", "question", "action__collectivite")


@public
@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question and its answers."""
    lue = _lue(pk)
    exiger(peut_voir_propos(request.user, lue))
    return _page(request, lue, ReponseForm())


@garde_la_saisie
@regle(peut_repondre)
@require_POST
def repondre(request: HttpRequest, pk: int) -> HttpResponse:
    lue = _lue(pk)
    exiger(peut_repondre(request.user, lue))
    par = personne_connectee(request)
    pour = repond_pour(par, lue.action)
    assert pour is not None  # ``peut_repondre`` has said so
    form = ReponseForm(request.POST)
    if form.is_valid():
        try:
            actions.repondre(lue, pour=pour, texte=form.cleaned_data["texte"], par=par)
        except TransitionRefusee as refusee:
            form.add_error(None, str(refusee))
        else:
            messages.success(request, "Votre réponse est publiée.")
            return redirect(lue)
    return _page(request, lue, form)


def _lue(pk: int) -> Propos:
    return get_object_or_404(queries.avec_reponses(_avec_fiche().questions()), pk=pk)


def _page(request: HttpRequest, lue: Propos, form: ReponseForm) -> HttpResponse:
    contexte = {
        "question": lue,
        "action": lue.action,
        "collectivite": lue.action.collectivite,
        "form": form,
        "repondre": peut_repondre(request.user, lue),
        "reprendre": peut_reprendre(request.user, lue),
        "est_public": est_public(lue),
        "motif_du_retrait": queries.motif_du_retrait(lue),
    }
    return render(request, "atlaas/questions/question.html", contexte, status=422 if form.errors else 200)


@regle(peut_signaler)
@require_http_methods(["GET", "HEAD", "POST"])
def signaler(request: HttpRequest, pk: int) -> HttpResponse:
    lu = get_object_or_404(_avec_fiche(), pk=pk)
    exiger(peut_signaler(request.user, lu))
    form = SignalementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.signaler(lu, motif=form.cleaned_data["motif"], par=personne_connectee(request))
        except TransitionRefusee as refusee:
            form.add_error(None, str(refusee))
        else:
            messages.success(request, "Merci : l’association va le relire.")
            return redirect(lu)
    contexte = {"propos": lu, "action": lu.action, "form": form}
    return render(request, "atlaas/questions/signaler.html", contexte, status=422 if form.errors else 200)


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def ne_plus_prevenir(request: HttpRequest, signe: str) -> HttpResponse:
    """By the signed address of a message: one button, no sign-in."""
    suivie = get_object_or_404(_avec_fiche().questions(), pk=courriels.lire_signature(signe))
    if request.method == "POST":
        actions.ne_plus_prevenir(suivie)
        suivie.previent = False
    return render(request, "atlaas/questions/ne_plus_prevenir.html", {"question": suivie, "action": suivie.action})
