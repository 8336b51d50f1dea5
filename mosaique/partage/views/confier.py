"""The référent shares out an enjeu: to a colleague of the team."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mosaique.chargement import mosaique_visible
from mosaique.models import Mosaique
from mosaique.partage import actions, queries
from mosaique.partage.forms import FormulaireConfier
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
    contexte = {
        "mosaique": mosaique,
        "collectivite": mosaique.collectivite,
        "enjeu": enjeu,
        "partage": queries.partage_de(mosaique, enjeu),
        "formulaire": formulaire,
    }
    return render(request, "mosaique/partage/confier.html", contexte, status=422 if formulaire.errors else 200)


@require_POST
@regle(peut_confier)
def reprendre(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    mosaique, enjeu = charger(request, code, millesime, code_enjeu)
    confie = actions.reprendre(mosaique, enjeu, par=personne_connectee(request), le=timezone.now())
    if confie:
        messages.success(request, f"« {enjeu.nom} » n’est plus confié à {confie.a}.")
    return redirect("mosaique:enjeu", code, millesime, code_enjeu)
