"""Faults of shape: the published JSON Schema, each error told in French with its place."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

FICHIER = Path(__file__).parent.parent / "donnees" / "schema-1.json"
_TYPES = {
    "string": "un texte",
    "integer": "un nombre entier",
    "number": "un nombre",
    "boolean": "vrai ou faux",
    "array": "une liste",
    "object": "un groupe de clés",
    "null": "rien",
}
_NOMBRES = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


@dataclass(frozen=True, slots=True)
class Faute:
    """``lieu`` as a path that a reader can follow: « familles › A › enjeux › A1 › niveaux »."""

    lieu: str
    message: str

    def __str__(self) -> str:
        return f"{self.lieu} : {self.message}"


class FichierRefuse(Exception):
    """The file is not a version (or a correspondance): nothing has changed; ``fautes`` says everything to mend."""

    def __init__(self, fautes: Sequence[Faute]) -> None:
        super().__init__("\n".join(str(faute) for faute in fautes))
        self.fautes = tuple(fautes)


@cache
def schema() -> dict[str, Any]:
    lu: dict[str, Any] = json.loads(FICHIER.read_text(encoding="utf-8"))
    return lu


@cache
def _validateur(definition: str) -> Draft202012Validator:
    racine = schema()
    if definition:
        racine = {"$defs": racine["$defs"], "$ref": f"#/$defs/{definition}"}
    return Draft202012Validator(racine)


def fautes_de_forme(donnees: Any, definition: str = "") -> list[tuple[str, Faute]]:
    """(top-level key, fault) pairs in the order of the file; ``definition`` names a part of the schema instead."""
    trouvees = []
    for erreur in sorted(_validateur(definition).iter_errors(donnees), key=lambda e: _ordre(e.absolute_path)):
        for cle, message in _dire(erreur):
            chemin = [*erreur.absolute_path, *cle]
            trouvees.append((str(chemin[0]) if chemin else "", Faute(_lieu(donnees, chemin), message)))
    return list(dict.fromkeys(trouvees))


def nombre_en_lettres(n: int, *, feminin: bool = False) -> str:
    """« quatre », « une »; in figures above ten."""
    if n == 1:
        return "une" if feminin else "un"
    return _NOMBRES[n] if n < len(_NOMBRES) else str(n)


def nom_du_niveau(arobases: int, code: object = "") -> str:
    """The place of a threshold, or of a gate with its code."""
    return f"niveau {arobases} du label{f', {code}' if code else ''}"


def _ordre(chemin: Iterable[Any]) -> list[tuple[int, int, str]]:
    """Sorts indices as numbers and keys as words, side by side."""
    return [(0, partie, "") if isinstance(partie, int) else (1, 0, partie) for partie in chemin]


def _lieu(donnees: Any, chemin: Sequence[Any]) -> str:
    """Keys as they are; an item by its code, or by what tells it from the others, or by its rank from 1."""
    mots: list[str] = []
    objet = donnees
    for partie in chemin:
        dedans = (isinstance(objet, Mapping) and partie in objet) or isinstance(objet, list)
        objet = objet[partie] if dedans else None
        mots.append(_nom(objet, partie) if isinstance(partie, int) else str(partie))
    return " › ".join(mots) or "fichier"


def _nom(objet: Any, rang: int) -> str:
    """How a reader calls an item of a list."""
    lu = objet if isinstance(objet, Mapping) else {}
    arobases, code = lu.get("arobases"), lu.get("code")
    if isinstance(arobases, int):
        return nom_du_niveau(arobases, code)
    if code and isinstance(code, str):
        return code
    if isinstance(lu.get("niveau"), int):
        return f"niveau {lu['niveau']}"
    return f"n° {rang + 1}"


def _dire(erreur: ValidationError) -> list[tuple[list[str], str]]:
    """(key to add to the place, message) pairs: one, but for several keys at once."""
    attendu, lu = cast(Any, erreur.validator_value), cast(Any, erreur.instance)
    regles = cast(Mapping[str, Any], erreur.schema)
    if erreur.validator == "required":
        return [([], f"il manque « {cle} »") for cle in attendu if cle not in lu]
    if erreur.validator == "additionalProperties":
        return [([str(cle)], "cette clé n’est pas connue") for cle in lu if cle not in regles["properties"]]
    return [([], _MESSAGES[str(erreur.validator)](attendu, lu, regles))]


def _liste_de_types(attendu: str | Sequence[str]) -> str:
    return " ou ".join(_TYPES[t] for t in ([attendu] if isinstance(attendu, str) else attendu))


def _type_de(valeur: Any) -> str:
    """JSON knows no other kind than these; a whole number is told before a number."""
    noms = ("null", "boolean", "string", "integer", "number", "array", "object")
    return _TYPES[next(nom for nom in noms if Draft202012Validator.TYPE_CHECKER.is_type(valeur, nom))]


def _compter(regles: Mapping[str, Any], nb: int) -> str:
    """« il faut cinq descripteurs, il y en a quatre »."""
    mini, maxi = regles.get("minItems"), regles.get("maxItems")
    feminin, element = regles.get("x-genre") == "f", regles.get("x-element", "élément")
    limite = maxi if maxi is not None and nb > maxi else mini
    assert isinstance(limite, int)
    mots = f"{nombre_en_lettres(limite, feminin=feminin)} {element if limite == 1 else _pluriel(element)}"
    if mini != maxi:
        mots = f"au {'plus' if limite == maxi else 'moins'} {mots}"
    if nb == 0:
        return f"il faut {mots}, il n’y en a aucun{'e' if feminin else ''}"
    return f"il faut {mots}, il y en a {nombre_en_lettres(nb, feminin=feminin)}"


def _pluriel(element: str) -> str:
    """The plural of an ``x-element``; of its first word where there are several."""
    premier, *suite = element.split(" ")
    return " ".join([f"{premier}{'x' if premier.endswith('eu') else 's'}", *suite])


_MESSAGES: dict[str, Callable[[Any, Any, Mapping[str, Any]], str]] = {
    "type": lambda attendu, lu, _: f"il faut {_liste_de_types(attendu)}, il y a {_type_de(lu)}",
    "minItems": lambda _, lu, regles: _compter(regles, len(lu)),
    "maxItems": lambda _, lu, regles: _compter(regles, len(lu)),
    "minLength": lambda *_: "ce texte est vide",
    "maxLength": lambda attendu, lu, _: f"{len(lu)} caractères, il en faut {attendu} au plus",
    "minimum": lambda attendu, lu, _: f"{lu} est trop petit, il faut {attendu} au moins",
    "maximum": lambda attendu, lu, _: f"{lu} est trop grand, il faut {attendu} au plus",
    "enum": lambda attendu, lu, _: f"« {lu} » n’est pas un des choix possibles : {', '.join(attendu)}",
    "uniqueItems": lambda *_: "un élément y est deux fois",
    "pattern": lambda _, lu, regles: f"{regles['x-message']}, il y a « {lu} »",
    "not": lambda *_: "cette clé n’a pas sa place dans une version historique",
}
