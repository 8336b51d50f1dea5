"""The selections as everyone reads them."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from atlaas.models import Selection
from atlaas.selections import queries
from atlaas.selections.permissions import peut_composer_selections, peut_voir_selection
from villes_internet.socle import images
from villes_internet.socle.acces import public
from villes_internet.socle.verdict import exiger

MONTREES = 100


@public
@require_safe
def selections(request: HttpRequest) -> HttpResponse:
    lues = Selection.objects.publiees().avec_nombres()[:MONTREES]
    return render(request, "atlaas/selections/liste.html", {"selections": lues})


@public
@require_safe
def selection(request: HttpRequest, slug: str) -> HttpResponse:
    """Its public fiches, in the order of the association; the same on the map, as a search and as open data."""
    lue = get_object_or_404(Selection, slug=slug)
    exiger(peut_voir_selection(request.user, lue))
    contexte = {
        "selection": lue,
        "retenues": queries.publiques(lue),
        "composer": peut_composer_selections(request.user),
    }
    return render(request, "atlaas/selections/selection.html", contexte)


@public
@require_safe
def image(request: HttpRequest, slug: str, nom: str) -> FileResponse:
    lue = get_object_or_404(Selection, slug=slug, image=f"atlaas/selections/{nom}.webp")
    exiger(peut_voir_selection(request.user, lue))
    return images.servir(lue.image, publique=lue.est_publique)
