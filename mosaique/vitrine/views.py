from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from atlaas.interface import mosaique_est_montree
from mosaique.chargement import mosaique_visible
from mosaique.vitrine import actions
from mosaique.vitrine.permissions import peut_montrer_mosaique
from mosaique.vitrine.queries import mosaique_montree
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import public, regle
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


@public
@require_safe
def publique(request: HttpRequest, code: str) -> HttpResponse:
    """The levels of a collectivité that agreed to show them; nobody learns that another has any."""
    ville = get_object_or_404(Collectivite.objects.candidates(), code=code)
    if not mosaique_est_montree(ville):
        raise Http404
    contexte = {"collectivite": ville, "montree": mosaique_montree(ville)}
    return render(request, "mosaique/vitrine/publique.html", contexte)


@regle(peut_montrer_mosaique)
@require_POST
def montrer(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """Agree, or no longer agree, that everyone reads the levels."""
    mosaique = mosaique_visible(request, code, millesime)
    exiger(peut_montrer_mosaique(request.user, mosaique))
    accord = request.POST.get("accord") == "oui"
    actions.montrer_mosaique(mosaique, accord=accord, par=personne_connectee(request))
    ville = mosaique.collectivite
    messages.success(
        request,
        f"La mosaïque de {ville} se lit depuis sa page publique."
        if accord
        else f"La mosaïque de {ville} n’est plus publique.",
    )
    return redirect(f"{reverse('mosaique:mosaique', args=[code, millesime])}#vitrine")
