"""The door of every light page: the only ones that another site may frame.

They run no script, send no form, set and read no cookie: what one does there has no effect on anybody's account, so
that nothing can be stolen by covering them (clickjacking), and the same answer serves everyone from a cache.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from villes_internet.socle.acces import sans_session

FRAICHEUR = 600  # seconds
OUVERTE = {
    "frame-ancestors": ["*"],
    "script-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "manifest-src": [NONE],
}


def integrable(vue: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public view that any site may show in a frame."""

    @wraps(vue)
    def ouverte(request: HttpRequest, **valeurs: Any) -> HttpResponse:
        return vue(request, **valeurs)

    ouverte = cache_control(public=True, max_age=FRAICHEUR)(ouverte)
    ouverte = csp_replace(OUVERTE)(xframe_options_exempt(ouverte))  # type: ignore[assignment]
    return sans_session(require_safe(ouverte))


def dessiner(gabarit: str, contexte: dict[str, Any], statut: int = 200) -> HttpResponse:
    """Without the request: no template can read a session nor a message."""
    return HttpResponse(render_to_string(f"atlaas/integration/{gabarit}.html", contexte), status=statut)


def introuvable(phrase: str, statut: int = 404) -> HttpResponse:
    return dessiner("introuvable", {"phrase": phrase}, statut)
