"""The three forms of the data, written piece by piece: CSV, JSON Lines, GeoJSON."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.utils import timezone

from atlaas.donnees.queries.colonnes import NOMS, SEPARATEUR
from atlaas.donnees.queries.descriptions import LICENCE, attribution
from atlaas.donnees.queries.lignes import Ligne
from villes_internet.socle.classeurs import neutraliser

Blocs = Iterable[list[Ligne]]


@dataclass(frozen=True, slots=True)
class Format:
    """``ecrire`` gives the pieces of the file, one a block at least. ``autorite``: its name in the EU's list."""

    extension: str
    libelle: str
    type_mime: str
    autorite: str
    usage: str
    ecrire: Callable[[Blocs], Iterator[str]]


def _csv(blocs: Blocs) -> Iterator[str]:
    """Commas, UTF-8, ISO dates; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    flux = StringIO()
    redacteur = csv.writer(flux, lineterminator="\r\n")
    redacteur.writerow(NOMS)
    for bloc in blocs:
        redacteur.writerows([_cellule(valeur) for valeur in ligne.values()] for ligne in bloc)
        yield flux.getvalue()
        flux.seek(0)
        flux.truncate()
    yield flux.getvalue()


def _cellule(valeur: Any) -> Any:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, list):
        return SEPARATEUR.join(map(str, valeur))
    if isinstance(valeur, date | Decimal):
        return en_json(valeur)
    return neutraliser(valeur) if isinstance(valeur, str) else valeur


def en_json(valeur: Any) -> Any:
    """Dates in ISO, instants in universal time; decimals as numbers."""
    if isinstance(valeur, datetime):
        return valeur.isoformat().replace("+00:00", "Z")
    return valeur.isoformat() if isinstance(valeur, date) else float(valeur)


def _texte(valeur: Any) -> str:
    return json.dumps(valeur, ensure_ascii=False, separators=(",", ":"), default=en_json)


def _jsonl(blocs: Blocs) -> Iterator[str]:
    for bloc in blocs:
        yield "".join(f"{_texte(ligne)}\n" for ligne in bloc)


def _geojson(blocs: Blocs) -> Iterator[str]:
    """A fiche that nobody can place has a null geometry, as the standard allows."""
    jour = timezone.now().date().isoformat()
    tete = {"licence": LICENCE, "attribution": attribution(jour), "date": jour}
    yield f'{{"type":"FeatureCollection",{_texte(tete)[1:-1]},"features":['
    virgule = ""
    for bloc in blocs:
        yield virgule + ",\n".join(_texte(_trait(ligne)) for ligne in bloc)
        virgule = ",\n"
    yield "]}\n"


def _trait(ligne: Ligne) -> dict[str, Any]:
    proprietes = {nom: valeur for nom, valeur in ligne.items() if nom not in {"id", "latitude", "longitude"}}
    place = ligne["latitude"] is not None and ligne["longitude"] is not None
    point = {"type": "Point", "coordinates": [ligne["longitude"], ligne["latitude"]]}
    return {"type": "Feature", "id": ligne["id"], "geometry": point if place else None, "properties": proprietes}


FORMATS = {
    f.extension: f
    for f in (
        Format("csv", "CSV", "text/csv", "CSV", "pour un tableur ou un logiciel de statistiques", _csv),
        Format("jsonl", "JSON Lines", "application/x-ndjson", "JSON", "pour un programme, une fiche par ligne", _jsonl),
        Format("geojson", "GeoJSON", "application/geo+json", "GEOJSON", "pour une carte", _geojson),
    )
}
