"""The tables of the mosaïque, one file a subject."""

from mosaique.models.reponses import Mosaique, ReponseEnjeu

__all__ = ["Mosaique", "ReponseEnjeu"]
