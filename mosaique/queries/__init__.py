"""Read models of the mosaïque: what the pages, the jury and the snapshots show."""

from mosaique.queries.chiffres import CHIFFRES, SANS_PREUVE, calculer, chiffres
from mosaique.queries.constats import Constat, constats
from mosaique.queries.instantane import contenu_fige, resume_de_contenu
from mosaique.queries.lecture import ECART_VISIBLE, resume
from mosaique.queries.reponses import reponses_par_enjeu, statuts_declares
from mosaique.queries.tuiles import FamilleResumee, ResumeMosaique, Tuile, carres

__all__ = [
    "CHIFFRES",
    "ECART_VISIBLE",
    "SANS_PREUVE",
    "Constat",
    "FamilleResumee",
    "ResumeMosaique",
    "Tuile",
    "calculer",
    "carres",
    "chiffres",
    "constats",
    "contenu_fige",
    "reponses_par_enjeu",
    "resume",
    "resume_de_contenu",
    "statuts_declares",
]
