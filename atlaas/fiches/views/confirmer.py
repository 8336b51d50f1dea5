"""« C’est toujours vrai »: from the list of the fiches, or by the signed address of the yearly message."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atlaas.fiches import actions
from atlaas.fiches.views.pages import candidate
from atlaas.permissions import peut_creer_action
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import public, regle
from villes_internet.socle.templatetags.typographie import pluriel
from villes_internet.socle.verdict import exiger


@regle(peut_creer_action)
@require_POST
def tout_confirmer(request: HttpRequest, code: str) -> HttpResponse:
    """Every fiche of the town that waits for it."""
    trouvee = candidate(code)
    exiger(peut_creer_action(request.user, trouvee))
    nb = actions.confirmer_en_attente(trouvee, None, par=personne_connectee(request), a=timezone.now())
    messages.success(request, f"{pluriel(nb, 'fiche confirmée,fiches confirmées')} pour un an.")
    return redirect("atlaas:mes_fiches", code)


@never_cache
@public
@require_http_methods(["GET", "HEAD", "POST"])
def confirmer_par_lien(request: HttpRequest, signe: str) -> HttpResponse:
    """One button, no sign-in: the address is personal, and worth nothing once its person is no longer référent."""
    lu = actions.lire_lien(signe)
    if lu is None:
        return render(request, "atlaas/fiches/lien_perime.html", status=410)
    ville, referent = lu
    nb = 0
    if request.method == "POST":
        cles = {int(pk) for pk in request.POST.getlist("fiche") if pk.isascii() and pk.isdigit()}
        nb = actions.confirmer_en_attente(ville, cles, par=referent, a=timezone.now())
    contexte = {"collectivite": ville, "fiches": actions.en_attente(ville), "nb_confirmees": nb}
    return render(request, "atlaas/fiches/confirmer.html", contexte)
