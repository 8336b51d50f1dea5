"""What the référentiel shows to everyone: the schema of its files."""

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from villes_internet.referentiel.echanges import schema
from villes_internet.socle.acces import public


@public
@require_safe
def schema_json(request: HttpRequest) -> FileResponse:
    """The JSON Schema at its stable address, for whoever writes or reads a version's file."""
    reponse = FileResponse(schema.FICHIER.open("rb"), content_type="application/schema+json")
    reponse["Cache-Control"] = "public, max-age=3600"
    reponse["Access-Control-Allow-Origin"] = "*"
    return reponse
