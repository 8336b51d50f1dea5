"""What changes the référentiel."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.etats import PUBLIER
from villes_internet.referentiel.models import Enjeu, Famille, Service, Version
from villes_internet.socle.transitions import franchir

DONNEES = Path(__file__).parent / "donnees"


def charger_donnees(code: str) -> dict[str, Any]:
    """The référentiel shipped with the application, as data; raises ``FileNotFoundError`` for an unknown code."""
    donnees: dict[str, Any] = json.loads((DONNEES / f"referentiel-{code}.json").read_text(encoding="utf-8"))
    return donnees


@transaction.atomic
def importer_version(donnees: dict[str, Any]) -> Version:
    """Create a draft version from data of the shape of ``donnees/referentiel-2027.json``."""
    version = Version.objects.create(
        code=donnees["code"],
        libelle=donnees["libelle"],
        bareme=donnees["bareme"],
        seuils=donnees["seuils"],
        portes=donnees["portes"],
    )
    position_enjeu = 0
    services: list[Service] = []
    for position, f in enumerate(donnees["familles"], start=1):
        famille = Famille.objects.create(
            version=version,
            code=f["code"],
            nom=f["nom"],
            position=position,
            est_transversale=f["transversale"],
        )
        for e in f["enjeux"]:
            position_enjeu += 1
            enjeu = Enjeu.objects.create(
                famille=famille, code=e["code"], nom=e["nom"], position=position_enjeu, niveaux=e["niveaux"]
            )
            services += [
                Service(enjeu=enjeu, code=f"{enjeu.code}.{rang}", nom=nom, position=rang)
                for rang, nom in enumerate(e["services"], start=1)
            ]
    Service.objects.bulk_create(services)
    return version


def publier(version: Version, *, par: Utilisateur | None, a: datetime) -> Version:
    """Freeze the version: from now on a campaign may point to it."""
    return franchir(version, PUBLIER, par=par, publiee_le=a)
