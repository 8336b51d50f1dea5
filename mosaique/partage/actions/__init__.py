"""What shares out the enjeux of a mosaïque. Every change is journalled on the row that tells it."""

from mosaique.partage.actions.competence import accepter_competence
from mosaique.partage.actions.confier import confier, reprendre
from mosaique.partage.actions.liens import (
    accepter,
    ecarter,
    empreinte,
    enregistrer,
    inviter,
    obstacle,
    revoquer,
)
from mosaique.partage.actions.presence import annoncer
from mosaique.partage.actions.reprise import confirmer, ouvrir
from mosaique.partage.actions.verrou import PartageRefuse

__all__ = [
    "PartageRefuse",
    "accepter",
    "accepter_competence",
    "annoncer",
    "confier",
    "confirmer",
    "ecarter",
    "empreinte",
    "enregistrer",
    "inviter",
    "obstacle",
    "ouvrir",
    "reprendre",
    "revoquer",
]
