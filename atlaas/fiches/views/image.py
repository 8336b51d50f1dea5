from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from atlaas.models import Action
from atlaas.permissions import peut_voir_action
from villes_internet.socle import images
from villes_internet.socle.acces import public
from villes_internet.socle.verdict import exiger


@public
@require_safe
def image(request: HttpRequest, pk: int, nom: str) -> FileResponse:
    """The image of a fiche, for who may read it."""
    fiche = get_object_or_404(Action, pk=pk, image=f"atlaas/images/{nom}.webp")
    exiger(peut_voir_action(request.user, fiche))
    return images.servir(fiche.image, publique=fiche.est_publique)
