"""The API itself: its routers, its refusals, its description."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from atlaas.api.problemes import brancher
from atlaas.api.views import ecriture, lecture

VERSION = "1"
CHEMIN = "/api/v1"
DESCRIPTION = (
    "Les fiches publiques de l’Atlaas, les collectivités et le référentiel, sous Licence Ouverte 2.0 ; "
    "et, par jeton, les fiches d’une collectivité à tenir à jour par son logiciel."
)


class EnClair(JSONRenderer):
    """Accents as they are written."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="API de l’Atlaas",
    version=VERSION,
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    renderer=EnClair(),
    urls_namespace="api-atlaas",
    openapi_extra={
        "info": {
            "license": {
                "name": "Licence Ouverte 2.0",
                "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
            }
        }
    },
)
api.add_router("", lecture.routeur)
api.add_router("", ecriture.routeur)
brancher(api)


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    lu = dict(api.get_openapi_schema(path_prefix=CHEMIN.lstrip("/")))
    return lu | {"servers": [{"url": settings.ADRESSE_PUBLIQUE}]}
