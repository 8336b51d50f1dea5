from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atlaas.corrections import actions, queries
from atlaas.corrections.forms import CORRIGIBLES, CorrectionForm, MotForm
from atlaas.corrections.permissions import (
    peut_accepter,
    peut_decider,
    peut_proposer,
    peut_reprendre,
    peut_voir_correction,
    peut_voir_corrections,
)
from atlaas.historique import libelle
from atlaas.models import Action, Correction
from atlaas.queries import page_lue
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.saisie import garde_la_saisie
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.socle.versions import VersionPerimee
from villes_internet.territoires.models import Collectivite


@regle(peut_proposer)
@require_safe
def choisir(request: HttpRequest, pk: int) -> HttpResponse:
    """Which field of the fiche is to be corrected, each with what it says."""
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_proposer(request.user, fiche))
    contexte = {"action": fiche, "collectivite": fiche.collectivite, "champs": queries.champs_de(fiche)}
    return render(request, "atlaas/corrections/choisir.html", contexte)


@garde_la_saisie
@regle(peut_proposer)
@require_http_methods(["GET", "HEAD", "POST"])
def proposer(request: HttpRequest, pk: int, champ: str) -> HttpResponse:
    fiche = get_object_or_404(Action.objects.select_related("collectivite"), pk=pk)
    exiger(peut_proposer(request.user, fiche))
    if champ not in CORRIGIBLES:
        raise Http404("Ce champ ne se corrige pas ainsi.")
    personne = personne_connectee(request)
    form = CorrectionForm(request.POST or None, action=fiche, champ=champ, personne=personne)
    if request.method == "POST" and form.is_valid():
        pourquoi, source = form.cleaned_data["pourquoi"], form.cleaned_data["source"]
        textes = {"voulu": form.voulu_json(), "pourquoi": pourquoi, "source": source}
        try:
            nouvelle = actions.proposer(fiche, champ, **textes, pour=form.ville(), par=personne)
        except TransitionRefusee as refusee:
            form.add_error(None, str(refusee))
        else:
            messages.success(request, f"Merci : {fiche.collectivite} décidera. Vous serez prévenu par courriel.")
            return redirect(nouvelle)
    contexte = {"action": fiche, "collectivite": fiche.collectivite, "form": form, "libelle": libelle(champ)}
    return render(request, "atlaas/corrections/proposer.html", contexte, status=422 if form.errors else 200)


def _lue(pk: int) -> Correction:
    return get_object_or_404(Correction.objects.select_related("auteur", "collectivite", "action__collectivite"), pk=pk)


@regle(peut_voir_correction)
@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The difference beside what the fiche says, and the decision for who may take it."""
    proposee = _lue(pk)
    exiger(peut_voir_correction(request.user, proposee))
    return _page(request, proposee, MotForm())


def _page(request: HttpRequest, proposee: Correction, form: MotForm, status: int = 200) -> HttpResponse:
    contexte = {
        "lue": queries.lire(proposee),
        "correction": proposee,
        "action": proposee.action,
        "collectivite": proposee.action.collectivite,
        "form": form,
        "mot": queries.mot_de_la_decision(proposee),
        "decider": peut_decider(request.user, proposee),
        "accepter": peut_accepter(request.user, proposee),
        "reprendre": peut_reprendre(request.user, proposee),
    }
    return render(request, "atlaas/corrections/correction.html", contexte, status=status)


@regle(peut_accepter)
@require_POST
def accepter(request: HttpRequest, pk: int) -> HttpResponse:
    """The fiche says what was proposed; ``numero_version`` is that of the fiche when the page was shown."""
    proposee = _lue(pk)
    exiger(peut_accepter(request.user, proposee))
    lu = request.POST.get("numero_version", "")
    numero = int(lu) if lu.isascii() and lu.isdigit() else 0
    try:
        actions.accepter(proposee, numero_version=numero, par=personne_connectee(request), a=timezone.now())
    except VersionPerimee:
        messages.error(request, "La fiche a changé depuis que vous avez ouvert cette page : relisez la différence.")
        return redirect(proposee)
    except TransitionRefusee as refusee:
        messages.error(request, f"La fiche ne peut pas le dire ainsi. {refusee}")
        return redirect(proposee)
    messages.success(request, "La fiche est corrigée, et la personne remerciée.")
    return redirect("atlaas:corrections_recues", proposee.action.collectivite.code)


@garde_la_saisie
@regle(peut_decider)
@require_POST
def ecarter(request: HttpRequest, pk: int) -> HttpResponse:
    proposee = _lue(pk)
    exiger(peut_decider(request.user, proposee))
    form = MotForm(request.POST)
    if not form.is_valid():
        return _page(request, proposee, form, status=422)
    try:
        motif = form.cleaned_data["motif"]
        actions.ecarter(proposee, motif=motif, par=personne_connectee(request), a=timezone.now())
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    else:
        messages.success(request, "La correction est écartée : la personne lira votre mot.")
    return redirect("atlaas:corrections_recues", proposee.action.collectivite.code)


@regle(peut_reprendre)
@require_POST
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    proposee = _lue(pk)
    exiger(peut_reprendre(request.user, proposee))
    try:
        actions.reprendre(proposee, par=personne_connectee(request), a=timezone.now())
    except TransitionRefusee as refusee:
        messages.error(request, str(refusee))
    else:
        messages.success(request, "Vous avez repris votre proposition.")
    return redirect("atlaas:mes_corrections")


@regle("connecte")
@require_safe
def mes_corrections(request: HttpRequest) -> HttpResponse:
    contexte = {"corrections": queries.proposees_par(personne_connectee(request))}
    return render(request, "atlaas/corrections/mes_corrections.html", contexte)


@regle(peut_voir_corrections)
@require_safe
def recues(request: HttpRequest, code: str) -> HttpResponse:
    """What is proposed to a collectivité, those that wait first, each with its difference."""
    ville = get_object_or_404(Collectivite.objects.candidates(), code=code)
    exiger(peut_voir_corrections(request.user, ville))
    page, existe = page_lue(queries.recues(ville), request.GET.get("page", "1"), queries.PAR_PAGE)
    contexte = {"collectivite": ville, "page": page, "lues": [queries.lire(c) for c in page.object_list]}
    return render(request, "atlaas/corrections/recues.html", contexte, status=200 if existe else 404)
