"""Read models of the shared work."""

from mosaique.partage.queries.charge import PartageEnjeu, collegues, confie_de, liens, partage_de
from mosaique.partage.queries.competence import Competence, competence_de
from mosaique.partage.queries.reprise import Evolution, evolution

__all__ = [
    "Competence",
    "Evolution",
    "PartageEnjeu",
    "collegues",
    "competence_de",
    "confie_de",
    "evolution",
    "liens",
    "partage_de",
]
