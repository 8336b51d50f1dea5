"""The questions of a version on paper: to prepare the answers in a meeting, before opening the application."""

from typing import Any

from django.core.cache import cache

from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.pdf import rendre_pdf

UNE_SEMAINE = 7 * 24 * 3600


def _contexte(version: Version) -> dict[str, Any]:
    bareme = version.bareme
    return {
        "version": version,
        "arbre": arbre(version),
        "niveaux": bareme.get("niveaux", []),
        "statuts": [s for s in bareme.get("statuts", []) if s["code"] != "non_renseigne"],
        "max_non_concernes": bareme.get("max_non_concernes"),
        "est_brouillon": version.etat == EtatVersion.BROUILLON,
    }


def questions(version: Version) -> bytes:
    """Tagged, titled, in French. A frozen version is set once a revision, then read from the cache."""
    if version.etat == EtatVersion.BROUILLON:
        return rendre_pdf("pdf/questions.html", _contexte(version), titre(version))
    cle = f"referentiel-questions-{version.pk}-{version.revision}-{version.etat}"
    octets: bytes | None = cache.get(cle)
    if octets is None:
        octets = rendre_pdf("pdf/questions.html", _contexte(version), titre(version))
        cache.set(cle, octets, UNE_SEMAINE)
    return octets


def titre(version: Version) -> str:
    return f"Les questions de la mosaïque des enjeux, {version}"
