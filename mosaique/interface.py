"""What the products above may use of the mosaïque."""

from mosaique.actions import (
    Saisie,
    defiger,
    deplacer_reference,
    enregistrer_reponse,
    enregistrer_reponses,
    figer,
    ouvrir,
    recalculer,
)
from mosaique.completude import manques
from mosaique.models import Mosaique
from mosaique.queries import FamilleResumee, ResumeMosaique, Tuile, contenu_fige, resume, resume_de_contenu

__all__ = [
    "FamilleResumee",
    "Mosaique",
    "ResumeMosaique",
    "Saisie",
    "Tuile",
    "contenu_fige",
    "defiger",
    "deplacer_reference",
    "enregistrer_reponse",
    "enregistrer_reponses",
    "figer",
    "manques",
    "ouvrir",
    "recalculer",
    "resume",
    "resume_de_contenu",
]
