from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from atlaas.fiches.views.pages import arbre_courant, candidate
from atlaas.imports import exports
from atlaas.permissions import peut_creer_action, peut_voir_fiches
from villes_internet.referentiel.queries import Arbre
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger


def _referentiel(format_: str) -> Arbre:
    referentiel = arbre_courant()
    if referentiel is None or format_ not in exports.FORMATS:
        raise Http404
    return referentiel


def _telechargement(contenu: bytes, format_: str, nom: str) -> HttpResponse:
    reponse = HttpResponse(contenu, content_type=exports.FORMATS[format_])
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.{format_}"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse


@regle(peut_creer_action)
@require_safe
def modele(request: HttpRequest, code: str, format_: str) -> HttpResponse:
    """The empty table, with what each column takes."""
    exiger(peut_creer_action(request.user, candidate(code)))
    return _telechargement(exports.modele(format_, _referentiel(format_)), format_, "modele-fiches")


@regle(peut_voir_fiches)
@require_safe
def exporter(request: HttpRequest, code: str, format_: str) -> HttpResponse:
    """The town's own fiches, drafts included, as the import takes them back."""
    ville = candidate(code)
    exiger(peut_voir_fiches(request.user, ville))
    nom = f"fiches-{ville.code}-{timezone.localdate().isoformat()}"
    return _telechargement(exports.exporter(ville, format_, _referentiel(format_)), format_, nom)
