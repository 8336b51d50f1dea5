"""Announced by POST every few seconds while the page is open; the answer is a line of text, or nothing new."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mosaique.chargement import mosaique_visible
from mosaique.partage import actions
from mosaique.permissions import peut_voir_mosaique
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.acces import regle


@require_POST
@regle(peut_voir_mosaique)
def annoncer(request: HttpRequest, code: str, millesime: int, code_enjeu: str) -> HttpResponse:
    """``connus`` is what the page shows already: the same again is no answer, so that nothing is read aloud twice."""
    mosaique = mosaique_visible(request, code, millesime)
    enjeu = arbre(mosaique.version).enjeu(code_enjeu)
    if enjeu is None:
        raise Http404
    autres = actions.annoncer(mosaique, enjeu, personne_connectee(request), timezone.now())
    connus = ",".join(str(presence.utilisateur_id) for presence in autres)
    if request.POST.get("connus", "") == connus:
        return HttpResponse(status=204)
    return render(request, "mosaique/partage/fragments/presents.html", {"presents": autres, "connus": connus})
