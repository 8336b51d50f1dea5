"""The documentation, drawn from the OpenAPI document: no script, nothing from another host."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from atlaas.api.application import CHEMIN, description
from atlaas.api.views import ecriture, lecture
from atlaas.donnees.queries.descriptions import LICENCE
from villes_internet.socle.acces import public

METHODES = ("get", "post", "patch", "put", "delete")
TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "array": "liste",
    "object": "objet",
}
FORMATS = {"date": "date", "date-time": "date et heure", "uri": "adresse"}


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    reponse = JsonResponse(description(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    reponse["Access-Control-Allow-Origin"] = "*"
    return reponse


@public
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, what it answers, and a line to try."""
    document = description()
    schemas = document["components"]["schemas"]
    groupes: dict[str, list[dict[str, Any]]] = {}
    for chemin, operations in document["paths"].items():
        for methode in METHODES:
            if methode in operations:
                lue = operations[methode]
                groupes.setdefault(lue["tags"][0], []).append(_operation(chemin, methode, lue, schemas))
    contexte = {
        "groupes": list(groupes.items()),
        "schemas": [_schema(nom, lu) for nom, lu in schemas.items() if nom not in {"Recherche", "_Recherche"}],
        "chemin": CHEMIN,
        "licence": LICENCE,
        "limite_lire": lecture.LIMITE.num_requests,
        "limite_ecrire": ecriture.LIMITE.num_requests,
        "ouverte": "openapi.json",
    }
    return render(request, "atlaas/api/documentation.html", contexte)


def _operation(chemin: str, methode: str, lue: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    corps = lue.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return {
        "id": lue["operationId"],
        "methode": methode.upper(),
        "chemin": chemin,
        "titre": lue["summary"],
        "description": lue.get("description", ""),
        "parametres": [_parametre(p) for p in lue.get("parameters", [])],
        "corps": _reference(corps) if corps else "",
        "reponses": [_reponse(code, r) for code, r in sorted(lue["responses"].items(), key=lambda r: str(r[0]))],
        "par_jeton": bool(lue.get("security")),
        "essai": _essai(chemin, methode, bool(lue.get("security"))),
    }


def _essai(chemin: str, methode: str, par_jeton: bool) -> str:
    """A command to copy; the part in capitals is the reader's."""
    url = f"{settings.ADRESSE_PUBLIQUE}{chemin}".replace("{pk}", "1").replace("{code}", "33032")
    morceaux = ["curl", *([f"-X {methode.upper()}"] if methode != "get" else [])]
    morceaux += ['-H "Authorization: Bearer JETON"'] if par_jeton else []
    morceaux += ["-H 'Content-Type: application/json' -d '{…}'"] if methode in {"post", "patch"} else []
    return " ".join([*morceaux, f'"{url}"'])


def _parametre(lu: dict[str, Any]) -> dict[str, Any]:
    schema = lu["schema"]
    return {
        "nom": lu["name"],
        "type": _type(schema),
        "est_requis": lu.get("required", False),
        "description": lu.get("description") or schema.get("description", ""),
    }


def _reponse(code: Any, lue: dict[str, Any]) -> dict[str, Any]:
    contenu = lue.get("content", {}).get("application/json", {}).get("schema", {})
    return {"code": code, "schema": _reference(contenu)}


def _reference(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]


def _schema(nom: str, lu: dict[str, Any]) -> dict[str, Any]:
    requis = set(lu.get("required", []))
    champs = [
        {"nom": n, "type": _type(c), "est_requis": n in requis, "description": c.get("description", "")}
        for n, c in lu.get("properties", {}).items()
    ]
    return {"nom": nom, "description": lu.get("description", ""), "champs": champs}


def _type(schema: dict[str, Any]) -> str:
    """In French words; the values to choose from where there are."""
    if "anyOf" in schema:
        return " ou ".join(_type(choix) for choix in schema["anyOf"] if choix.get("type") != "null")
    if "$ref" in schema:
        return _reference(schema)
    if schema.get("enum"):
        return ", ".join(json.dumps(v, ensure_ascii=False).strip('"') for v in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    mot = FORMATS.get(schema.get("format", "")) or TYPES.get(schema.get("type", ""), "valeur")
    return f"liste de : {_type(schema['items'])}" if schema.get("type") == "array" and "items" in schema else mot
