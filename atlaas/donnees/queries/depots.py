"""The files of the night, as their manifest tells them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.dateparse import parse_datetime

MANIFESTE = "manifeste.json"


@dataclass(frozen=True, slots=True)
class Fichier:
    """``taille`` in octets, compressed; ``empreinte``: SHA-256; ``date``: ISO, universal time; ``nb``: fiches."""

    nom: str
    dossier: str
    format: str
    libelle: str
    type_mime: str
    autorite: str
    usage: str
    taille: int
    empreinte: str
    date: str
    nb: int

    @property
    def chemin(self) -> Path:
        return racine() / self.dossier / self.nom

    @property
    def le(self) -> object:
        return parse_datetime(self.date)


def racine() -> Path:
    return Path(default_storage.path("donnees-ouvertes"))


def fichiers_de_la_nuit() -> Sequence[Fichier]:
    """In the order of the formats; empty before the first night."""
    try:
        lus = json.loads((racine() / MANIFESTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(Fichier(**lu) for lu in lus)


def fichier_de_la_nuit(nom: str) -> Fichier | None:
    return next((fichier for fichier in fichiers_de_la_nuit() if fichier.nom == nom), None)
