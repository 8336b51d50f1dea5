"""Messages about corrections: one person each, and no address of anybody."""

from django.conf import settings

from atlaas.historique import libelle
from atlaas.identites import nom_public, referents
from atlaas.models import Correction
from villes_internet.socle.courriel import envoyer


def correction_proposee(correction: Correction) -> None:
    for personne in referents(correction.action.collectivite):
        envoyer("correction_proposee", [personne.email], _contexte(correction))


def correction_acceptee(correction: Correction) -> None:
    if correction.auteur.is_active:
        envoyer("correction_acceptee", [correction.auteur.email], _contexte(correction))


def correction_ecartee(correction: Correction, motif: str) -> None:
    """Set aside by the collectivité, or removed by the association: its state tells which."""
    if correction.auteur.is_active:
        envoyer("correction_ecartee", [correction.auteur.email], _contexte(correction) | {"motif": motif})


def _contexte(correction: Correction) -> dict[str, object]:
    return {
        "correction": correction,
        "action": correction.action,
        "champ": libelle(correction.champ),
        "nom": nom_public(correction.auteur, correction.collectivite),
        "url": settings.ADRESSE_PUBLIQUE + correction.get_absolute_url(),
        "adresse_fiche": settings.ADRESSE_PUBLIQUE + correction.action.get_absolute_url(),
    }
