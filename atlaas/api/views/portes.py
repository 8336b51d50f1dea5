"""The door of every route of the API: CORS for reads, HEAD, and problems for what has no route."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.views.decorators.csrf import csrf_exempt

from atlaas.api.problemes import probleme
from villes_internet.socle.acces import public

LECTURES = {"GET", "HEAD"}
ENTETES_PERMIS = "If-None-Match, If-Modified-Since"
ENTETES_LUS = "ETag, Last-Modified, Retry-After, Link"


def porte(vue: Callable[..., HttpResponseBase], regles: Iterable[str]) -> Callable[..., HttpResponseBase]:
    """The view of the library with the rules of its functions.

    It is open to the middleware that sends people to sign in: a program is told 401 in its own language. Only what
    everyone reads is open to the pages of other sites; no cookie counts here. A 304 is made here, not by the middleware
    of the application, which would drop these headers.
    """
    siennes = tuple(dict.fromkeys(regles))
    est_publique = "public" in siennes

    def entrer(request: HttpRequest, **valeurs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _ouvrir(HttpResponse(status=204)) if est_publique else probleme(405)
        methode = request.method
        if methode == "HEAD":
            request.method = "GET"
        reponse = vue(request, **valeurs)
        request.method = methode
        if reponse.status_code == 405:
            permises = reponse["Allow"]
            reponse = probleme(405)
            reponse["Allow"] = permises
        if not est_publique or methode not in LECTURES:
            return reponse
        return _ouvrir(ConditionalGetMiddleware(lambda _: reponse).process_response(request, reponse))

    entrer.regles_d_acces = siennes  # type: ignore[attr-defined]
    entrer.refuse_les_nuls = True  # type: ignore[attr-defined]
    return login_not_required(csrf_exempt(entrer))


def _ouvrir(reponse: HttpResponseBase) -> HttpResponseBase:
    reponse["Access-Control-Allow-Origin"] = "*"
    reponse["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    reponse["Access-Control-Allow-Headers"] = ENTETES_PERMIS
    reponse["Access-Control-Expose-Headers"] = ENTETES_LUS
    return reponse


@public
@csrf_exempt
def inconnue(request: HttpRequest, reste: str) -> HttpResponseBase:
    """What has no route is a problem as the others."""
    return _ouvrir(probleme(404))
