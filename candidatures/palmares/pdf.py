"""The certificate: A4 landscape, set from what the row stores."""

from base64 import b64encode
from datetime import date
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse

from candidatures.palmares.calculs import grouper_code, taille_du_nom
from candidatures.palmares.models import Certificat
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.socle.pdf import rendre_pdf


def adresse_de_verification(code: str) -> str:
    return settings.ADRESSE_PUBLIQUE + reverse("palmares:verifier", args=[code])


def _qr(adresse: str) -> str:
    """SVG as a ``data:`` URL; error correction M: it still reads under a frame's glass."""
    flux = BytesIO()
    segno.make(adresse, error="m", micro=False).save(flux, kind="svg", border=0, dark="#16213e", xmldecl=False)
    return "data:image/svg+xml;base64," + b64encode(flux.getvalue()).decode()


def contexte(contenu: dict[str, Any], code: str) -> dict[str, Any]:
    """What the template reads; ``tuiles`` holds one word an arobase, the last one green where it is due."""
    adresse = adresse_de_verification(code)
    tuiles = ["or"] * contenu["arobases"]
    if contenu["est_verte"]:
        tuiles[-1] = "verte"
    return {
        "c": contenu,
        "tuiles": tuiles,
        "niveau": libelle_arobases(contenu["arobases"], est_verte=contenu["est_verte"]),
        "taille": taille_du_nom(contenu["nom"]),
        "publie_le": date.fromisoformat(contenu["publie_le"]),
        "emis_le": date.fromisoformat(contenu["emis_le"]),
        "code": grouper_code(code),
        "adresse": adresse,
        "adresse_courte": settings.ADRESSE_PUBLIQUE.partition("//")[2] + "/verifier/",
        "qr": _qr(adresse),
    }


def rendre_certificat(certificat: Certificat) -> bytes:
    contenu = certificat.contenu
    titre = f"Certificat {contenu['numero']}, label {contenu['annee']}, {contenu['nom']}"
    return rendre_pdf("pdf/certificat.html", contexte(contenu, certificat.code), titre)
