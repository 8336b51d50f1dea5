"""What tells other programs what the data is: Table Schema, data package, DCAT. Built from the columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from atlaas.donnees.queries.colonnes import COLONNES, SEPARATEUR, Colonne
from atlaas.donnees.queries.depots import Fichier

TITRE = "Atlaas : les actions numériques des collectivités"
RESUME = (
    "Les fiches publiques de l’Atlaas : ce que font les communes et les intercommunalités avec le numérique pour leurs "
    "habitants, raconté par elles. Une ligne par fiche."
)
PRODUCTEUR = "Villes Internet"
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
LICENCE_NOM = "Licence Ouverte 2.0"
MOTS_CLES = ("numérique", "collectivités", "services publics", "Atlaas", "label")
PAYS = "http://publications.europa.eu/resource/authority/country/FRA"
QUOTIDIEN = "http://publications.europa.eu/resource/authority/frequency/DAILY"
TYPES_DE_FICHIER = "http://publications.europa.eu/resource/authority/file-type/"
VERSION_DU_SCHEMA = "1.0.0"


def adresse(nom: str, *args: object) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse(f"atlaas:{nom}", args=args)


def attribution(date: str) -> str:
    """The sentence that the licence asks for; ``date``: as its reader reads it."""
    return f"{PRODUCTEUR} et les collectivités auteures des fiches, Atlaas, données du {date}, {LICENCE_NOM}"


def schema() -> dict[str, Any]:
    """The Table Schema of the CSV file."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": "atlaas-fiches",
        "title": TITRE,
        "description": f"{RESUME} Les listes d’un fichier CSV sont séparées par « {SEPARATEUR} ».",
        "version": VERSION_DU_SCHEMA,
        "path": adresse("donnees_schema"),
        "homepage": adresse("donnees"),
        "contributors": [{"title": PRODUCTEUR, "role": "author"}],
        "fields": [_champ(colonne) for colonne in COLONNES],
        "missingValues": [""],
        "primaryKey": "id",
    }


def _champ(colonne: Colonne) -> dict[str, Any]:
    contraintes: dict[str, Any] = {"required": True} if colonne.requise else {}
    contraintes |= dict(colonne.contraintes)
    if colonne.valeurs and not colonne.est_liste:
        contraintes["enum"] = list(colonne.valeurs)
    if colonne.valeurs and colonne.est_liste:
        un = f"({SEPARATEUR.join(colonne.valeurs)})"
        contraintes["pattern"] = rf"^{un}(\{SEPARATEUR}{un})*$"
    champ = {"name": colonne.nom, "type": "string" if colonne.est_liste else colonne.genre}
    if colonne.nom == "url":
        champ["format"] = "uri"
    suite = f" Plusieurs valeurs, séparées par « {SEPARATEUR} »." if colonne.est_liste else ""
    return champ | {"description": colonne.description + suite} | ({"constraints": contraintes} if contraintes else {})


def paquet(fichiers: Iterable[Fichier]) -> dict[str, Any]:
    """The data package of the nightly files: the schema, the licence, the checksums."""
    fichiers = list(fichiers)
    date = fichiers[0].date[:10] if fichiers else ""
    return {
        "profile": "data-package",
        "name": "atlaas",
        "title": TITRE,
        "description": f"{RESUME} {attribution(date)}." if date else RESUME,
        "homepage": adresse("donnees"),
        **({"created": fichiers[0].date} if fichiers else {}),
        "licenses": [{"name": "etalab-2.0", "title": LICENCE_NOM, "path": LICENCE}],
        "sources": [{"title": PRODUCTEUR, "path": settings.ADRESSE_PUBLIQUE}],
        "resources": [_ressource(fichier) for fichier in fichiers],
    }


def _ressource(fichier: Fichier) -> dict[str, Any]:
    tabulaire = {"profile": "tabular-data-resource", "schema": adresse("donnees_schema"), "encoding": "utf-8"}
    return {
        "name": f"fiches-{fichier.format}",
        "path": adresse("donnees_fichier", fichier.nom),
        "format": fichier.format,
        "compression": "gz",
        "mediatype": fichier.type_mime,
        "bytes": fichier.taille,
        "hash": f"sha256:{fichier.empreinte}",
        **(tabulaire if fichier.format == "csv" else {}),
    }


CONTEXTE: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(fichiers: Iterable[Fichier]) -> dict[str, Any]:
    """The DCAT description, in JSON-LD: a catalogue, its data set, the files of the night and the service."""
    fichiers = list(fichiers)
    page = adresse("donnees")
    jeu = {
        "@id": f"{page}#fiches",
        "@type": "dcat:Dataset",
        "dct:identifier": "atlaas-fiches",
        "dct:title": _francais(TITRE),
        "dct:description": _francais(RESUME),
        "dct:publisher": _producteur(),
        "dct:license": _lien(LICENCE),
        "dct:spatial": _lien(PAYS),
        "dct:accrualPeriodicity": _lien(QUOTIDIEN),
        "dcat:landingPage": _lien(page),
        "dcat:keyword": [_francais(mot) for mot in MOTS_CLES],
        "dcat:distribution": [_distribution(fichier) for fichier in fichiers],
        **({"dct:modified": _date(fichiers[0].date)} if fichiers else {}),
    }
    return {
        "@context": dict(CONTEXTE),
        "@id": f"{page}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _francais("Données ouvertes de Villes Internet"),
        "dct:description": _francais("Les données que Villes Internet publie pour qu’on les réutilise."),
        "dct:language": _lien("http://publications.europa.eu/resource/authority/language/FRA"),
        "dct:license": _lien(LICENCE),
        "dct:publisher": _producteur(),
        "dcat:dataset": [jeu],
        "dcat:service": [
            {
                "@id": f"{page}#api",
                "@type": "dcat:DataService",
                "dct:title": _francais("API de l’Atlaas"),
                "dct:license": _lien(LICENCE),
                "dcat:endpointURL": _lien(adresse("api")),
                "dcat:endpointDescription": _lien(adresse("api_openapi")),
                "dcat:servesDataset": _lien(jeu["@id"]),
            }
        ],
    }


def _distribution(fichier: Fichier) -> dict[str, Any]:
    adresse_du_fichier = adresse("donnees_fichier", fichier.nom)
    return {
        "@id": adresse_du_fichier,
        "@type": "dcat:Distribution",
        "dct:title": _francais(f"Toutes les fiches, {fichier.libelle}"),
        "dct:license": _lien(LICENCE),
        "dct:modified": _date(fichier.date),
        "dct:format": _lien(TYPES_DE_FICHIER + fichier.autorite),
        "dcat:accessURL": _lien(adresse("donnees")),
        "dcat:downloadURL": _lien(adresse_du_fichier),
        "dcat:mediaType": _lien(f"https://www.iana.org/assignments/media-types/{fichier.type_mime}"),
        "dcat:compressFormat": _lien("https://www.iana.org/assignments/media-types/application/gzip"),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(fichier.taille)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _lien("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": fichier.empreinte},
        },
        **({"dct:conformsTo": _lien(adresse("donnees_schema"))} if fichier.format == "csv" else {}),
    }


def _francais(texte: str) -> dict[str, str]:
    return {"@language": "fr", "@value": texte}


def _lien(cible: Any) -> dict[str, Any]:
    return {"@id": cible}


def _date(iso: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": iso}


def _producteur() -> dict[str, Any]:
    return {"@id": f"{settings.ADRESSE_PUBLIQUE}/#association", "@type": "foaf:Organization", "foaf:name": PRODUCTEUR}
