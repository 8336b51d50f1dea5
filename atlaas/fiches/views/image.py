from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from atlaas.models import Action
from atlaas.permissions import peut_voir_action
from villes_internet.socle.acces import public
from villes_internet.socle.verdict import exiger

UN_AN = 365 * 24 * 3600


@public
@require_safe
def image(request: HttpRequest, pk: int, nom: str) -> FileResponse:
    """The image of a fiche, for who may read it. Another image has another name: this one may be kept for a year."""
    fiche = get_object_or_404(Action, pk=pk, image=f"atlaas/images/{nom}.webp")
    exiger(peut_voir_action(request.user, fiche))
    reponse = FileResponse(fiche.image.open("rb"), content_type="image/webp")
    portee = f"public, max-age={UN_AN}, immutable" if fiche.est_publique else "private, no-store"
    reponse["Cache-Control"] = portee
    reponse["X-Content-Type-Options"] = "nosniff"
    return reponse
