"""What the référentiel shows to everyone: the schema of its files, the questions of a version."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from villes_internet.referentiel import pdf
from villes_internet.referentiel.echanges import questionnaire, schema
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.permissions import peut_lire_les_questions
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.acces import public
from villes_internet.socle.classeurs import XLSX
from villes_internet.socle.verdict import exiger


@public
@require_safe
def schema_json(request: HttpRequest) -> FileResponse:
    """The JSON Schema at its stable address, for whoever writes or reads a version's file."""
    reponse = FileResponse(schema.FICHIER.open("rb"), content_type="application/schema+json")
    reponse["Cache-Control"] = "public, max-age=3600"
    reponse["Access-Control-Allow-Origin"] = "*"
    return reponse


@public
@require_safe
def questions(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of a version as a PDF, for anyone once it is published."""
    version = get_object_or_404(Version, code=code)
    exiger(peut_lire_les_questions(request.user, version))
    reponse = HttpResponse(pdf.questions(version), content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="questions-mosaique-{version.code}.pdf"'
    reponse["Cache-Control"] = _duree(version)
    return reponse


@public
@require_safe
def classeur(request: HttpRequest, code: str) -> HttpResponse:
    """The same questions as a workbook to fill, blank; an old generation of themes has nothing to fill."""
    version = get_object_or_404(Version, code=code, est_historique=False)
    exiger(peut_lire_les_questions(request.user, version))
    contenu = questionnaire.ecrire(arbre(version), version.bareme, {}, questionnaire.Identite())
    reponse = HttpResponse(contenu, content_type=XLSX)
    reponse["Content-Disposition"] = f'attachment; filename="questions-mosaique-{version.code}.xlsx"'
    reponse["Cache-Control"] = _duree(version)
    return reponse


def _duree(version: Version) -> str:
    return "private, no-store" if version.etat == EtatVersion.BROUILLON else "public, max-age=3600"
