"""The tables of the mosaïque, one file a subject."""

from mosaique.models.comparaison import PARTAGES, AccordCitation, Cliche, Genre, GroupeChoisi, Releve
from mosaique.models.partage import EnjeuConfie
from mosaique.models.reponses import Mosaique, ReponseEnjeu

__all__ = [
    "PARTAGES",
    "AccordCitation",
    "Cliche",
    "EnjeuConfie",
    "Genre",
    "GroupeChoisi",
    "Mosaique",
    "Releve",
    "ReponseEnjeu",
]
