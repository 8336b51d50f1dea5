"""What anybody reads: fiches, collectivités, référentiel."""

from datetime import UTC
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import http_date
from ninja import Path, Query, Router
from ninja.throttling import AnonRateThrottle

from atlaas.api import queries
from atlaas.api.problemes import Probleme
from atlaas.api.schemas import Collectivite, Fiche, Page, Recherche, Referentiel
from atlaas.donnees.queries.lignes import lignes
from villes_internet.socle.acces import public

CODE = Path(..., pattern="^[0-9A-Za-z]{1,9}$", description="Code INSEE, ou SIREN d’une intercommunalité.")
NUMERO = Path(..., ge=1, le=2**62, description="Le numéro de la fiche.")
REFUS = {400: Probleme, 429: Probleme}


class Lectures(AnonRateThrottle):
    scope = "api"


LIMITE = Lectures("120/m")
routeur = Router(tags=["Lire"], throttle=LIMITE)


@routeur.get("/fiches", response={200: Page, **REFUS}, summary="Chercher des fiches", operation_id="chercher_fiches")
@public
def fiches(request: HttpRequest, recherche: Query[Recherche]) -> Any:
    """Les fiches publiques qui répondent, dans l’ordre de la recherche. Suivez « suivante » pour les avoir toutes."""
    lues, page = queries.page_de_fiches(
        request.GET, limite=recherche.limite, apres=recherche.apres, avant=recherche.avant
    )
    return {
        "resultats": lues,
        "precedente": queries.adresse(request.GET, request.path, avant=page.avant),
        "suivante": queries.adresse(request.GET, request.path, apres=page.apres),
    }


@routeur.get(
    "/fiches/{int:pk}",
    response={200: Fiche, 404: Probleme, **REFUS},
    summary="Lire une fiche",
    operation_id="lire_fiche",
)
@public
def fiche(request: HttpRequest, response: HttpResponse, pk: int = NUMERO) -> Any:
    """Une fiche publique."""
    trouvees = lignes([pk])
    if not trouvees:
        raise Http404
    lue = trouvees[0]
    dates = [lue[nom] for nom in ("modifiee_le", "publiee_le", "confirmee_le") if lue[nom]]
    response["Last-Modified"] = http_date(max(dates).astimezone(UTC).timestamp())
    return lue


@routeur.get(
    "/collectivites/{code}",
    response={200: Collectivite, 404: Probleme, **REFUS},
    summary="Lire une collectivité",
    operation_id="lire_collectivite",
)
@public
def collectivite(request: HttpRequest, code: str = CODE) -> Any:
    """Une commune ou une intercommunalité, avec l’histoire de ses labels."""
    return queries.collectivite(code)


@routeur.get(
    "/collectivites/{code}/fiches",
    response={200: Page, 404: Probleme, **REFUS},
    summary="Les fiches d’une collectivité",
    operation_id="fiches_de_collectivite",
)
@public
def fiches_de(
    request: HttpRequest,
    code: str = CODE,
    limite: int = Query(24, ge=1, le=100, description="Fiches par page."),
    apres: int = Query(0, ge=0, le=2**62, description="Le curseur reçu."),
) -> Any:
    """Ses fiches publiques, de la plus ancienne à la plus récente."""
    lues, suite = queries.fiches_de(code, limite=limite, apres=apres)
    return {"resultats": lues, "suivante": queries.adresse(request.GET, request.path, apres=suite)}


@routeur.get(
    "/referentiel",
    response={200: Referentiel, 404: Probleme, **REFUS},
    summary="Enjeux et services",
    operation_id="lire_referentiel",
)
@public
def referentiel(request: HttpRequest) -> Any:
    """Les enjeux et les services du référentiel en vigueur : leurs codes sont ceux des fiches et de la recherche."""
    return queries.referentiel()
