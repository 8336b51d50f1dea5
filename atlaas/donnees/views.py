import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import date as date_filter
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from ninja.throttling import AnonRateThrottle

from atlaas.donnees.exports import FORMATS
from atlaas.donnees.queries import descriptions
from atlaas.donnees.queries.colonnes import COLONNES
from atlaas.donnees.queries.depots import Fichier, fichier_de_la_nuit, fichiers_de_la_nuit
from atlaas.donnees.queries.lignes import blocs
from atlaas.recherche.forms import RechercheForm
from atlaas.recherche.queries.criteres import cles_des_choix, entrees
from villes_internet.referentiel.queries import arbre, version_courante
from villes_internet.socle.acces import public

R = TypeVar("R", bound=HttpResponseBase)
SUITE = ("apres", "avant", "page", "tri")  # where one is in a list is no part of what one looks for


class Exports(AnonRateThrottle):
    """An export reads the whole base: a few an hour for one address, the nightly files for the rest."""

    scope = "exports"


LIMITE = Exports("30/h")


@public
@require_safe
def donnees(request: HttpRequest) -> HttpResponse:
    """The open data presented to people; the parameters of a search carry on to the exports."""
    form = RechercheForm.lue(request.GET)
    criteres = form.criteres() if form.is_valid() else None
    parametres = request.GET.copy()
    for nom in SUITE:
        parametres.pop(nom, None)
    filtre = criteres is not None and not criteres.est_vide
    contexte = {
        "fichiers": fichiers_de_la_nuit(),
        "formats": FORMATS.values(),
        "colonnes": COLONNES,
        "parametres": f"?{parametres.urlencode()}" if filtre else "",
        "nb": entrees(criteres, cles_des_choix(criteres)).count() if criteres and filtre else None,
        "licence": descriptions.LICENCE,
        "attribution": descriptions.attribution(date_filter(timezone.localdate(), "j F Y")),
        "refus": form.errors,
    }
    return render(request, "atlaas/donnees/page.html", contexte, status=200 if criteres else 400)


@public
@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The fiches that answer the search, as they are now, sent while they are read."""
    form = RechercheForm.lue(request.GET)
    if not form.is_valid():
        fautes = [str(erreur) for liste in form.errors.values() for erreur in liste]
        return _phrase("Cet export n’a pas pu être fait. " + " ".join(fautes), status=400)
    if request.method == "GET" and not LIMITE.allow_request(request):
        return _trop(math.ceil(LIMITE.wait() or 60))
    format_ = FORMATS[extension]
    morceaux = format_.ecrire(blocs(form.criteres())) if request.method == "GET" else iter(())
    reponse = StreamingHttpResponse(_octets(morceaux), content_type=f"{format_.type_mime}; charset=utf-8")
    nom = f"atlaas-fiches-{timezone.localdate().isoformat()}.{extension}"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return _ouvrir(reponse)


def _octets(morceaux: Iterator[str]) -> Iterator[bytes]:
    return (morceau.encode() for morceau in morceaux if morceau)


def _trop(attente: int) -> HttpResponse:
    minutes = max(1, math.ceil(attente / 60))
    reponse = _phrase(
        f"Trop d’exports en une heure depuis cette adresse. Réessayez dans {minutes} min, "
        "ou prenez les fichiers de la nuit, qui contiennent toutes les fiches.",
        status=429,
    )
    reponse["Retry-After"] = str(attente)
    return reponse


def _phrase(texte: str, status: int) -> HttpResponse:
    return HttpResponse(texte + "\n", status=status, content_type="text/plain; charset=utf-8")


def _ouvrir(reponse: R) -> R:
    """Any site may read it, and the licence goes with it."""
    reponse["Access-Control-Allow-Origin"] = "*"
    reponse["Link"] = f'<{descriptions.LICENCE}>; rel="license"'
    return reponse


@public
@require_safe
def fichier(request: HttpRequest, nom: str) -> HttpResponseBase:
    """A file of the night."""
    trouve = fichier_de_la_nuit(nom)
    if trouve is None:
        raise Http404("Ce fichier n’existe pas.")
    etiquette, le = f'"{trouve.empreinte}"', datetime.fromisoformat(trouve.date).timestamp()
    if inchange := get_conditional_response(request, etag=etiquette, last_modified=int(le)):
        return _ouvrir(inchange)  # before the file is opened: nothing would close it
    reponse = FileResponse(
        trouve.chemin.open("rb"), as_attachment=True, filename=trouve.nom, content_type="application/gzip"
    )
    reponse["ETag"], reponse["Last-Modified"] = etiquette, http_date(le)
    reponse["Content-Encoding"] = "identity"  # compressed already: nothing compresses it again
    return _ouvrir(reponse)


def _json(contenu: dict[str, Any], type_mime: str) -> HttpResponse:
    reponse = JsonResponse(contenu, json_dumps_params={"ensure_ascii": False, "indent": 2}, content_type=type_mime)
    patch_cache_control(reponse, public=True, max_age=3600)
    return _ouvrir(reponse)


def _description(
    decrire: Callable[[tuple[Fichier, ...]], dict[str, Any]], type_mime: str
) -> Callable[[HttpRequest], HttpResponse]:
    @public
    @require_safe
    def vue(request: HttpRequest) -> HttpResponse:
        return _json(decrire(tuple(fichiers_de_la_nuit())), type_mime)

    return vue


schema = _description(lambda _: descriptions.schema(), "application/json")
paquet = _description(descriptions.paquet, "application/json")
catalogue = _description(descriptions.catalogue, "application/ld+json")
