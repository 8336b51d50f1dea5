"""What happens to fiches beyond their text."""

from atlaas.fiches.actions.demandes import (
    DUREE,
    DemandeClose,
    accepter,
    demander,
    ecarter,
    empreinte,
    enregistrer,
    obstacle,
    revoquer,
)
from atlaas.fiches.actions.vie import (
    adresse_de_confirmation,
    associer,
    confirmer_en_attente,
    demander_confirmations,
    dissocier,
    en_attente,
    fusionner,
    lire_lien,
    retablir_version,
)

__all__ = [
    "DUREE",
    "DemandeClose",
    "accepter",
    "adresse_de_confirmation",
    "associer",
    "confirmer_en_attente",
    "demander",
    "demander_confirmations",
    "dissocier",
    "ecarter",
    "empreinte",
    "en_attente",
    "enregistrer",
    "fusionner",
    "lire_lien",
    "obstacle",
    "retablir_version",
    "revoquer",
]
