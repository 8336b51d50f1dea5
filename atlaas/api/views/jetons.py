"""The tokens of a collectivité, in its space."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from atlaas.api import actions
from atlaas.api.forms import JetonForm
from atlaas.api.permissions import peut_gerer_jetons, peut_revoquer_jeton
from atlaas.models import Jeton
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite

NB_MONTRES = 50


@regle(peut_gerer_jetons)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def jetons(request: HttpRequest, code: str) -> HttpResponse:
    """The list, and a new token, whose secret is shown by this answer and never again."""
    collectivite = get_object_or_404(Collectivite.objects.candidates(), code=code)
    exiger(peut_gerer_jetons(request.user, collectivite))
    form = JetonForm(request.POST or None)
    cree, secret = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            cree, secret = actions.creer_jeton(collectivite, par=personne_connectee(request), **form.cleaned_data)
            form = JetonForm()
        except TransitionRefusee as refusee:
            form.add_error(None, str(refusee))
    connus = Jeton.objects.filter(collectivite=collectivite).select_related("cree_par").order_by("-cree_le", "-pk")
    contexte = {
        "collectivite": collectivite,
        "form": form,
        "jetons": list(connus[:NB_MONTRES]),
        "cree": cree,
        "secret": secret,
    }
    return render(request, "atlaas/api/jetons.html", contexte, status=422 if form.errors else 200)


@regle(peut_revoquer_jeton)
@require_POST
def revoquer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    jeton = get_object_or_404(Jeton.objects.select_related("collectivite"), pk=pk, collectivite__code=code)
    exiger(peut_revoquer_jeton(request.user, jeton))
    actions.revoquer_jeton(jeton, par=personne_connectee(request))
    messages.success(request, f"Le jeton « {jeton.nom} » est révoqué : le logiciel n’a plus accès aux fiches.")
    return redirect("atlaas:jetons", code)
