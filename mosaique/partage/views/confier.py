"""The référent shares out an enjeu: to a colleague of the team, or by a link to somebody without an account."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mosaique.chargement import mosaique_visible
from mosaique.models import Mosaique
from mosaique.partage import actions, queries
from mosaique.partage.forms import FormulaireConfier, FormulaireLien
from mosaique.partage.permissions import peut_confier
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger


def charger(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> tuple[Mosaique, EnjeuLu]:
    """The enjeu to share out, for whoever may."""
    mosaique = mosaique_visible(request, code, millesime)
    exiger(peut_confier(request.user, mosaique))
    enjeu = arbre(mosaique.version).enjeu(code_enjeu)
    if enjeu is None:
        raise Http404
    return mosaique, enjeu


@regle(peut_confier)
@require_http_methods(["GET", "HEAD", "POST"])
def confier(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    formulaire = FormulaireConfier(request.POST or None, choix=queries.collegues(mosaique.collectivite))
    if request.method == "POST" and formulaire.is_valid():
        personne = formulaire.personne()
        try:
            actions.confier(mosaique, enjeu, personne, par=personne_connectee(request), le=timezone.now())
        except TransitionRefusee as refus:
            formulaire.add_error("a", str(refus))
        else:
            messages.success(request, f"« {enjeu.nom} » est confié à {personne}.")
            return redirect("mosaique:enjeu", code, millesime, code_enjeu)
    return _page(request, mosaique, enjeu, formulaire, FormulaireLien())


def _page(
    request: HttpRequest, mosaique: Mosaique, enjeu: EnjeuLu, collegue: FormulaireConfier, lien: FormulaireLien
) -> HttpResponse:
    refuse = collegue if collegue.errors else lien
    contexte = {
        "mosaique": mosaique,
        "collectivite": mosaique.collectivite,
        "enjeu": enjeu,
        "partage": queries.partage_de(mosaique, enjeu, timezone.now()),
        "formulaire": collegue,
        "formulaire_lien": lien,
        "refuse": refuse,
    }
    return render(request, "mosaique/partage/confier.html", contexte, status=422 if refuse.errors else 200)


@require_POST
@regle(peut_confier)
def inviter(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    """Send a link to one enjeu; the page is the one that entrusts."""
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    formulaire = FormulaireLien(request.POST)
    if not formulaire.is_valid():
        collegue = FormulaireConfier(choix=queries.collegues(mosaique.collectivite))
        return _page(request, mosaique, enjeu, collegue, formulaire)
    lien = actions.inviter(
        mosaique, enjeu, **formulaire.cleaned_data, par=personne_connectee(request), a=timezone.now()
    )
    messages.success(request, f"Le lien part à {lien.courriel}. Il vaut quatorze jours.")
    return redirect("mosaique:confier", code, millesime, code_enjeu)


@require_POST
@regle(peut_confier)
def revoquer(request: HttpRequest, code: str, millesime: int, code_enjeu: str, pk: int) -> HttpResponse:
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    lien = get_object_or_404(mosaique.liens, pk=pk, enjeu=enjeu.pk)
    actions.revoquer(lien, par=personne_connectee(request), a=timezone.now())
    messages.success(request, f"Le lien de {lien.courriel} est révoqué : il n’ouvre plus rien.")
    return redirect("mosaique:confier", code, millesime, code_enjeu)


@require_POST
@regle(peut_confier)
def reprendre(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    confie = actions.reprendre(mosaique, enjeu, par=personne_connectee(request), le=timezone.now())
    if confie:
        messages.success(request, f"« {enjeu.nom} » n’est plus confié à {confie.a}.")
    return redirect("mosaique:enjeu", code, millesime, code_enjeu)
