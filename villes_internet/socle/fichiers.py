"""Files sent by people: known by their content, never by their name; each refusal says how to mend it."""

import hashlib
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

import puremagic
from django.core.exceptions import ValidationError
from django.http import FileResponse
from PIL import Image, ImageFile, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

TAILLE_MAX = 20 * 1024 * 1024
PIXELS_MAX = 60_000_000  # a photo of 60 megapixels; above, decoding costs more than the server gives
TAILLE_DECOMPRESSEE_MAX = 200 * 1024 * 1024
RAPPORT_MAX = 200  # decompressed / compressed; office documents stay far under
ENTREES_MAX = 5_000

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", ODT: ".odt", DOCX: ".docx"}
ACCEPT = ",".join([*EXTENSIONS.values(), ".jpeg", *EXTENSIONS])
FORMATS = "PDF, JPEG, PNG, ODT ou DOCX, 20 Mo au plus"


class Fichier(Protocol):
    """A Django uploaded file, as far as this module reads it."""

    name: str | None
    size: int | None

    def read(self, n: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FichierVerifie:
    """``nom``: the name given by the person, cleaned, with the extension of the real type. ``empreinte``: SHA-256."""

    type_mime: str
    taille: int
    empreinte: str
    nom: str
    contenu: bytes


def verifier(fichier: Fichier, types: frozenset[str] = frozenset(EXTENSIONS)) -> FichierVerifie:
    """Check size, real type (one of ``types``) and integrity; raises ``ValidationError`` with a French sentence."""
    nom = nom_lisible(fichier.name or "")
    if (fichier.size or 0) > TAILLE_MAX:
        raise ValidationError(
            f"« {nom} » pèse {_megaoctets(fichier.size or 0)} Mo : la limite est de 20 Mo. "
            "Réduisez-le (qualité des images, pages utiles) et recommencez.",
            code="taille",
        )
    contenu = fichier.read(TAILLE_MAX + 1)
    if not contenu:
        raise ValidationError(f"« {nom} » est vide : choisissez un autre fichier.", code="vide")
    type_mime = _type_reel(contenu)
    if type_mime is None or type_mime not in types:
        remede = (
            f"n’est pas d’un format accepté ({FORMATS}). Enregistrez-le dans l’un de ces formats."
            if len(types) > 1
            else "n’est pas un PDF : enregistrez-le ou numérisez-le en PDF, puis recommencez."
        )
        raise ValidationError(f"« {nom} » {remede}", code="type")
    _VERIFICATIONS[type_mime](contenu, nom)
    return FichierVerifie(
        type_mime, len(contenu), hashlib.sha256(contenu).hexdigest(), _avec_extension(nom, type_mime), contenu
    )


def servir(fichier: object, *, nom: str, type_mime: str) -> FileResponse:
    """The file for somebody who may see it: opened in the page for PDF and images, downloaded otherwise."""
    reponse = FileResponse(
        fichier,
        as_attachment=type_mime not in {PDF, JPEG, PNG},
        filename=nom,
        content_type=type_mime,
    )
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Cache-Control"] = "private, no-store"
    return reponse


def nom_lisible(nom: str) -> str:
    """Last part of the path, without control characters, at most 120 characters."""
    propre = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", nom.replace("\\", "/").split("/")[-1])
    return propre.strip()[-120:] or "fichier"


def _avec_extension(nom: str, type_mime: str) -> str:
    chemin = PurePath(nom)
    attendues = {".jpg", ".jpeg"} if type_mime == JPEG else {EXTENSIONS[type_mime]}
    return nom if chemin.suffix.lower() in attendues else f"{nom}{EXTENSIONS[type_mime]}"


def _megaoctets(octets: int) -> str:
    return f"{octets / 1024 / 1024:.1f}".replace(".", ",")


def _type_reel(contenu: bytes) -> str | None:
    """One of the accepted types, or None."""
    if contenu[:4] == b"PK\x03\x04":
        return _type_du_zip(contenu)
    try:
        trouve = puremagic.from_string(contenu[:4096], mime=True)
    except (puremagic.PureError, ValueError):
        return None
    return trouve if trouve in {PDF, JPEG, PNG} else None


def _type_du_zip(contenu: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            noms = set(archive.namelist())
            if "mimetype" in noms and archive.getinfo("mimetype").file_size < 100:
                return ODT if archive.read("mimetype").strip() == ODT.encode() else None
            return DOCX if {"[Content_Types].xml", "word/document.xml"} <= noms else None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        return None


def _verifier_pdf(contenu: bytes, nom: str) -> None:
    try:
        lecteur = PdfReader(io.BytesIO(contenu), strict=False)
        if lecteur.is_encrypted and not lecteur.decrypt(""):
            raise ValidationError(
                f"« {nom} » est protégé par un mot de passe : enregistrez-en une copie sans protection.", code="chiffre"
            )
        pages = len(lecteur.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as erreur:
        raise abime(nom) from erreur
    if pages == 0:
        raise ValidationError(f"« {nom} » ne contient aucune page : exportez-le à nouveau en PDF.", code="vide")


def _verifier_image(contenu: bytes, nom: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(contenu), formats=["JPEG", "PNG"])
            largeur, hauteur = image.size
            if largeur * hauteur > PIXELS_MAX:
                raise ValidationError(
                    f"« {nom} » mesure {largeur} × {hauteur} pixels : réduisez l’image à 60 mégapixels au plus.",
                    code="taille",
                )
            charger(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as erreur:
        raise abime(nom) from erreur


def charger(image: Image.Image) -> None:
    """Decode every pixel; strictly, although the PDF library makes Pillow lenient for the whole process."""
    avant, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = avant


def verifier_zip(contenu: bytes, nom: str) -> None:
    """Structure of an office document; entries are counted before anything is decompressed, then while it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            entrees = archive.infolist()
            annonce = sum(e.file_size for e in entrees)
            if any(e.flag_bits & 1 for e in entrees):
                raise ValidationError(
                    f"« {nom} » est protégé par un mot de passe : enregistrez-le sans.", code="chiffre"
                )
            limite = min(TAILLE_DECOMPRESSEE_MAX, RAPPORT_MAX * len(contenu))
            if len(entrees) > ENTREES_MAX or annonce > limite or _decompresse(archive, entrees, limite) > limite:
                raise ValidationError(f"« {nom} » se décompresse anormalement : exportez-le en PDF.", code="bombe")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as erreur:
        raise abime(nom) from erreur


def _decompresse(archive: zipfile.ZipFile, entrees: list[zipfile.ZipInfo], limite: int) -> int:
    """Octets that really come out, stopping once above ``limite``; checks every CRC on the way."""
    total = 0
    for entree in entrees:
        with archive.open(entree) as flux:
            while total <= limite and (bloc := flux.read(1 << 20)):
                total += len(bloc)
    return total


def abime(nom: str) -> ValidationError:
    return ValidationError(f"« {nom} » est abîmé et ne s’ouvre pas : exportez-le à nouveau.", code="abime")


_VERIFICATIONS = {
    PDF: _verifier_pdf,
    JPEG: _verifier_image,
    PNG: _verifier_image,
    ODT: verifier_zip,
    DOCX: verifier_zip,
}
