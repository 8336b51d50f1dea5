"""What the form of a fiche sends."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from atlaas.models import Action
from tests.factories import atlaas

CREER = "/espace/33032/fiches/creer/"


def saisie(*codes: str, version: int | str = "", **champs: Any) -> dict[str, Any]:
    return {
        "titre": "Un budget participatif",
        "resume": "Les habitants votent.",
        "stade": "en_service",
        "operateur": "direct",
        "services": [s.pk for s in atlaas.services(*codes)],
        "numero_version": str(version),
        **champs,
    }


def modifier(action: Action) -> str:
    return f"/atlaas/fiches/{action.pk}/modifier/"


def photo(
    genre: str = "JPEG", taille: tuple[int, int] = (2000, 500), nom: str = "photo.jpg", **options: Any
) -> SimpleUploadedFile:
    sortie = io.BytesIO()
    Image.new("RGB", taille, "teal").save(sortie, genre, **options)
    return SimpleUploadedFile(nom, sortie.getvalue())
