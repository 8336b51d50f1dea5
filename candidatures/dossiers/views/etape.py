"""One step of the dossier: its page, its save, the autosave of the browser."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from candidatures.dossiers import etapes, permissions
from candidatures.dossiers.views.cadre import dossier_visible
from candidatures.dossiers.views.enregistrement import enregistrer
from candidatures.dossiers.views.page_etape import montrer
from villes_internet.socle.acces import regle
from villes_internet.socle.saisie import garde_la_saisie


@require_http_methods(["GET", "HEAD", "POST"])
@regle(permissions.peut_voir, permissions.peut_modifier_etape)
@garde_la_saisie
def etape(request: HttpRequest, pk: int, etape: str) -> HttpResponse:
    """One step: its page, its save, and the autosave of the browser (header X-Sauvegarde)."""
    if etape not in etapes.PAR_CODE:
        raise Http404
    objet = dossier_visible(request, pk)
    description = etapes.PAR_CODE[etape]
    if request.method == "POST":
        return enregistrer(request, objet, description)
    return montrer(request, objet, description)
