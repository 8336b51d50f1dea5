"""Pictures sent by people, drawn anew: what leaves the server was written by it, without the metadata of the camera."""

import io
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse
from PIL import Image, ImageOps, UnidentifiedImageError

from villes_internet.socle.fichiers import PIXELS_MAX, TAILLE_MAX, abime, charger, nom_lisible

COTE_MAX = 1600
QUALITE = 80
FORMATS = ["JPEG", "PNG", "WEBP"]
ACCEPT = "image/jpeg,image/png,image/webp"
UN_AN = 365 * 24 * 3600  # seconds
LIMITES = "JPEG, PNG ou WebP, 20 Mo et 60 mégapixels au plus"


def redessiner(fichier: UploadedFile) -> ContentFile:
    """The picture upright, 1,600 pixels at most on its longer side, as WebP.

    Raises ``ValidationError`` with a French sentence: too heavy, another format whatever the name says, damaged.
    """
    nom = nom_lisible(fichier.name or "")
    if (fichier.size or 0) > TAILLE_MAX:
        raise ValidationError(f"« {nom} » pèse plus de 20 Mo : réduisez l’image et recommencez.", code="taille")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _reencoder(Image.open(io.BytesIO(fichier.read(TAILLE_MAX + 1)), formats=FORMATS), nom)
    except UnidentifiedImageError as erreur:
        raise ValidationError(f"« {nom} » n’est pas une image acceptée ({LIMITES}).", code="type") from erreur
    except Image.DecompressionBombError as erreur:  # Pillow stops before anything is decoded
        raise ValidationError(
            f"« {nom} » mesure bien plus de 60 mégapixels : réduisez l’image et recommencez.", code="taille"
        ) from erreur
    except (OSError, SyntaxError, ValueError) as erreur:
        raise abime(nom) from erreur


def _reencoder(image: Image.Image, nom: str) -> ContentFile:
    largeur, hauteur = image.size
    if largeur * hauteur > PIXELS_MAX:
        raise ValidationError(
            f"« {nom} » mesure {largeur} × {hauteur} pixels : réduisez l’image à 60 mégapixels au plus.", code="taille"
        )
    image.draft("RGB", (COTE_MAX * 2, COTE_MAX * 2))  # a JPEG decodes at a fraction of its size: less memory
    charger(image)
    droite = ImageOps.exif_transpose(image)
    a_transparence = droite.mode in {"RGBA", "LA", "PA"} or "transparency" in droite.info
    nette = droite.convert("RGBA" if a_transparence else "RGB")
    nette.thumbnail((COTE_MAX, COTE_MAX))
    sortie = io.BytesIO()
    nette.save(sortie, "WEBP", quality=QUALITE, exif=b"", icc_profile=b"", xmp=b"")
    return ContentFile(sortie.getvalue(), name="image.webp")


def servir(image: FieldFile, *, publique: bool) -> FileResponse:
    """A picture drawn by ``redessiner``. Another one has another name: a public one may be kept for a year."""
    reponse = FileResponse(image.open("rb"), content_type="image/webp")
    reponse["Cache-Control"] = f"public, max-age={UN_AN}, immutable" if publique else "private, no-store"
    reponse["X-Content-Type-Options"] = "nosniff"
    return reponse
