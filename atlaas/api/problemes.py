"""Every refusal of the API is a JSON problem (RFC 9457) with a French sentence."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import Field

from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.verdict import AccesRefuse
from villes_internet.socle.versions import VersionPerimee

TYPE = "application/problem+json"
TITRES = {
    400: "Demande incomprise",
    401: "Jeton absent ou refusé",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Méthode refusée",
    409: "Modifiée entre-temps",
    413: "Demande trop longue",
    422: "Valeurs refusées",
    429: "Trop de demandes",
}
PHRASES = {
    404: "Cette adresse ne mène à rien de public.",
    405: "Cette adresse n’accepte pas cette méthode.",
    401: "Envoyez un jeton valable : « Authorization: Bearer vi_… ». Le référent label en crée dans son espace.",
}


class Probleme(Schema):
    """« erreurs » : les phrases par champ, quand des valeurs sont refusées."""

    type: str = "about:blank"
    title: str = Field(description="Le genre du problème.")
    status: int
    detail: str = Field(description="Ce qui s’est passé et comment continuer, en français.")
    erreurs: dict[str, list[str]] = Field(default_factory=dict)


def probleme(statut: int, detail: str = "", erreurs: Mapping[str, list[str]] | None = None) -> HttpResponse:
    titre = TITRES.get(statut) or HTTPStatus(statut).phrase
    contenu = {"type": "about:blank", "title": titre, "status": statut, "detail": detail or PHRASES.get(statut, titre)}
    if erreurs:
        contenu["erreurs"] = dict(erreurs)
    reponse = JsonResponse(contenu, status=statut, content_type=TYPE, json_dumps_params={"ensure_ascii": False})
    if statut == 401:
        reponse["WWW-Authenticate"] = 'Bearer realm="Atlaas"'
    return reponse


class Refus(Exception):
    """A refusal met while a request is read; ``erreurs``: {field: sentences}."""

    def __init__(self, statut: int, detail: str, erreurs: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(detail)
        self.statut, self.detail, self.erreurs = statut, detail, erreurs


def _valeurs(exc: ValidationError) -> HttpResponse:
    """What the types refuse: the parameters of an address are 400, a body is 422."""
    erreurs: dict[str, list[str]] = {}
    for faute in exc.errors:
        lieu = [str(morceau) for morceau in faute.get("loc", ())]
        erreurs.setdefault(lieu[-1] if lieu else "", []).append(_phrase(faute))
    est_corps = any(faute.get("loc", ("",))[0] == "body" for faute in exc.errors)
    return probleme(422 if est_corps else 400, "Des valeurs ne conviennent pas : corrigez-les.", erreurs)


def _phrase(faute: Mapping[str, Any]) -> str:
    genre, contexte = str(faute.get("type", "")), faute.get("ctx") or {}
    bornes = {"greater_than_equal": ("ge", "au moins"), "less_than_equal": ("le", "au plus")}
    if genre in bornes:
        cle, mots = bornes[genre]
        return f"Donnez {mots} {contexte.get(cle)}."
    phrases = {
        "missing": "Cette valeur est nécessaire.",
        "extra_forbidden": "Ce champ n’existe pas.",
        "string_too_long": f"Raccourcissez : {contexte.get('max_length')} caractères au plus.",
        "string_pattern_mismatch": "Cette valeur n’a pas la forme attendue.",
        "literal_error": f"Choisissez parmi {contexte.get('expected')}.",
    }
    return phrases.get(genre, "Cette valeur n’est pas du type attendu.")


def _trop(exc: Throttled) -> HttpResponse:
    attente = math.ceil(exc.wait or 60)
    reponse = probleme(429, f"Trop de demandes : réessayez dans {attente} s. Les fichiers de la nuit contiennent tout.")
    reponse["Retry-After"] = str(attente)
    return reponse


def brancher(api: NinjaAPI) -> None:
    """Give the API a handler for each refusal that the application knows."""

    def sur(exception: type[Exception], repondre: Any) -> None:
        def gerer(request: HttpRequest, exc: Any) -> HttpResponse:
            reponse: HttpResponse = repondre(exc)
            return reponse

        api.add_exception_handler(exception, gerer)

    sur(ValidationError, _valeurs)
    sur(AuthenticationError, lambda exc: probleme(401))
    sur(Throttled, _trop)
    sur(Http404, lambda exc: probleme(404))
    sur(HttpError, lambda exc: probleme(exc.status_code, "Le corps de la demande n’est pas du JSON."))
    sur(Refus, lambda exc: probleme(exc.statut, exc.detail, exc.erreurs))
    sur(AccesRefuse, lambda exc: probleme(403, f"{exc.verdict.motif} {exc.verdict.recours}".strip()))
    sur(PermissionDenied, lambda exc: probleme(403))
    sur(TransitionRefusee, lambda exc: probleme(422, str(exc)))
    sur(
        VersionPerimee,
        lambda exc: probleme(
            409,
            f"Quelqu’un a modifié cette fiche : elle en est à la version {exc.actuel.version}. Relisez-la, puis "
            "renvoyez vos changements avec ce numéro.",
        ),
    )
