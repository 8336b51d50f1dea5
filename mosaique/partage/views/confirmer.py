"""The answers taken over from an earlier year are confirmed one by one, or by family."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from mosaique.chargement import mosaique_visible
from mosaique.partage import actions
from mosaique.permissions import peut_remplir_mosaique
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.templatetags.typographie import pluriel
from villes_internet.socle.verdict import exiger


@require_POST
@regle(peut_remplir_mosaique)
def confirmer(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """``enjeu`` names one, ``famille`` all those of a family; ``suite`` is the enjeu to go to."""
    mosaique = mosaique_visible(request, code, millesime)
    exiger(peut_remplir_mosaique(request.user, mosaique))
    enjeu, famille = request.POST.get("enjeu"), request.POST.get("famille")
    choisis = [e.pk for e in arbre(mosaique.version).enjeux if e.code == enjeu or e.famille_code == famille]
    nb = actions.confirmer(mosaique, choisis, par=personne_connectee(request), a=timezone.now())
    if nb:
        messages.success(request, f"{pluriel(nb, 'réponse confirmée,réponses confirmées')}.")
    suite = arbre(mosaique.version).enjeu(request.POST.get("suite", ""))
    if suite:
        return redirect("mosaique:enjeu", code, millesime, suite.code)
    return redirect(mosaique)
