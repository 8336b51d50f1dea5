"""The documents of a diagnostic, set from what its row keeps: the report of twelve pages, the slide, its image."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from mosaique.comparaison import calculs
from mosaique.comparaison.queries.page import Ligne
from mosaique.models import Diagnostic
from mosaique.queries import FamilleResumee, Tuile
from mosaique.restitution.calculs import taille_du_nom
from villes_internet.socle.pdf import image_de, rendre_pdf

GARDES = (
    "code",
    "nom",
    "niveau",
    "niveau_libelle",
    "niveau_etaye",
    "niveau_etaye_libelle",
    "nb_actions",
    "nb_en_place",
    "nb_concernes",
    "tendance",
    "est_a_confirmer",
)
LARGEUR = 1920  # pixels of the slide, 16:9


def titre(diagnostic: Diagnostic) -> str:
    contenu = diagnostic.contenu
    return f"Diagnostic de {contenu['collectivite']['nom']}, mosaïque {contenu['millesime']}"


def document(diagnostic: Diagnostic) -> bytes:
    return rendre_pdf("pdf/diagnostic.html", contexte(diagnostic), titre(diagnostic))


def planche(diagnostic: Diagnostic) -> bytes:
    return rendre_pdf("pdf/planche.html", contexte(diagnostic), f"{titre(diagnostic)}, en une planche")


def image(planche_pdf: bytes) -> bytes:
    return image_de(planche_pdf, LARGEUR)


def contexte(diagnostic: Diagnostic) -> dict[str, Any]:
    """``contenu`` with its dates, its figures and its pictures; nothing of today but what the row holds."""
    contenu = diagnostic.contenu
    groupe = contenu["groupe"]
    familles = [_famille(f) for f in contenu["familles"]]
    return {
        "d": contenu,
        "resume": {"familles": [famille for famille, _ in familles], "millesime": contenu["millesime"]},
        "familles": familles,
        "etat_au": timezone.localtime(diagnostic.figee_le or diagnostic.demande_le),
        "est_figee": diagnostic.figee_le is not None,
        "reference": date.fromisoformat(contenu["date_reference"]),
        "taille": taille_du_nom(contenu["collectivite"]["nom"]),
        "indice": Decimal(contenu["indice"]),
        "radar": calculs.radar(
            [(code, nom) for code, nom in contenu["radar"]["familles"]],
            [(cle, nom, valeurs) for cle, nom, valeurs in contenu["radar"]["series"]],
        ),
        "points": calculs.courbe([(annee, indice) for annee, indice in contenu["courbe"]]),
        "groupe": groupe
        | {
            "publie_le": datetime.fromisoformat(groupe["publie_le"]) if groupe["publie_le"] else None,
            "lignes": [_ligne(ligne) for ligne in groupe["lignes"]],
        },
    }


def _famille(famille: Mapping[str, Any]) -> tuple[FamilleResumee, list[dict[str, Any]]]:
    """Its tiles, and what the half page of each says. The words are made here, from values that every row has kept
    since the first one: a row written before a change of the code is set like the others."""
    enjeux = [
        tuile
        | {
            "tuile": _tuile(tuile, famille),
            "ligne": _ligne(tuile["ligne"]),
            "services": [s | {"echeance": _jour(s["echeance"])} for s in tuile["services"]],
        }
        for tuile in famille["tuiles"]
    ]
    tuiles = tuple(enjeu["tuile"] for enjeu in enjeux)
    return FamilleResumee(famille["code"], famille["nom"], famille["est_transversale"], tuiles), enjeux


def _tuile(tuile: Mapping[str, Any], famille: Mapping[str, Any]) -> Tuile:
    """Without address nor who is in charge: a document does not speak of the team's work."""
    return Tuile(
        **{nom: tuile[nom] for nom in GARDES},
        famille=famille["code"],
        est_transversale=famille["est_transversale"],
        score=Decimal(tuile["score"]),
        couverture=Decimal(0),
        est_renseigne=tuile["niveau"] is not None,
        url="",
    )


def _ligne(valeurs: list[Any]) -> Ligne:
    code, nom, mien, quartiles = valeurs
    return Ligne(code, nom, mien, tuple(quartiles))


def _jour(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None
