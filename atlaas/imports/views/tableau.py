"""Several fiches of the town changed at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from atlaas.fiches.views.pages import candidate
from atlaas.imports.tableau import PAR_PAGE, Enregistrement, enregistrer, formulaires
from atlaas.models import Action
from atlaas.permissions import peut_creer_action
from atlaas.queries import page_lue
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.acces import regle
from villes_internet.socle.saisie import garde_la_saisie
from villes_internet.socle.templatetags.typographie import pluriel
from villes_internet.socle.verdict import exiger


@garde_la_saisie
@regle(peut_creer_action)
@require_http_methods(["GET", "HEAD", "POST"])
def tableau(request: HttpRequest, code: str) -> HttpResponse:
    """A page of fiches, a row each; POST saves those that were touched, and shows again those that could not be."""
    ville = candidate(code)
    exiger(peut_creer_action(request.user, ville))
    fiches = Action.objects.courantes().filter(collectivite=ville).order_by("-cree_le", "-pk")
    page, existe = page_lue(fiches, request.GET.get("page", "1"), PAR_PAGE)
    contexte = {"collectivite": ville, "page": page, "restantes": False}
    if request.method != "POST":
        contexte["formes"] = formulaires(page.object_list)
        return render(request, "atlaas/imports/tableau.html", contexte, status=200 if existe else 404)
    voulues = [int(cle) for cle in request.POST.getlist("fiches")[:PAR_PAGE] if cle.isascii() and cle.isdigit()]
    envoyees = fiches.filter(pk__in=voulues).prefetch_related("services")
    fait = enregistrer(formulaires(envoyees, request.POST), par=personne_connectee(request), a=timezone.now())
    _dire(request, fait)
    if not fait.restantes:
        return redirect(request.get_full_path())
    contexte |= {"formes": fait.restantes, "restantes": True}
    return render(request, "atlaas/imports/tableau.html", contexte, status=409 if fait.nb_conflits else 422)


def _dire(request: HttpRequest, fait: Enregistrement) -> None:
    if fait.nb:
        messages.success(request, f"{pluriel(fait.nb, 'fiche enregistrée,fiches enregistrées')}.")
    elif not fait.restantes:
        messages.info(request, "Rien n’a changé.")
