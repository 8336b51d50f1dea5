"""The tables of the mosaïque, one file a subject."""

from mosaique.models.comparaison import PARTAGES, AccordCitation, Cliche, Genre, GroupeChoisi, Releve
from mosaique.models.reponses import Mosaique, ReponseEnjeu

__all__ = [
    "PARTAGES",
    "AccordCitation",
    "Cliche",
    "Genre",
    "GroupeChoisi",
    "Mosaique",
    "Releve",
    "ReponseEnjeu",
]
