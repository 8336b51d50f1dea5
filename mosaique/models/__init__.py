"""The tables of the mosaïque, one file a subject."""

from mosaique.models.comparaison import PARTAGES, AccordCitation, Cliche, Genre, GroupeChoisi, Releve
from mosaique.models.partage import EnjeuConfie, LienInvite, Presence, ReponseInvitee
from mosaique.models.preparation import ImportPrepare
from mosaique.models.recalcul import Recalcul
from mosaique.models.reponses import ContenuReponse, Mosaique, ReponseEnjeu
from mosaique.models.restitution import Diagnostic

__all__ = [
    "PARTAGES",
    "AccordCitation",
    "Cliche",
    "ContenuReponse",
    "Diagnostic",
    "EnjeuConfie",
    "Genre",
    "GroupeChoisi",
    "ImportPrepare",
    "LienInvite",
    "Mosaique",
    "Presence",
    "Recalcul",
    "Releve",
    "ReponseEnjeu",
    "ReponseInvitee",
]
