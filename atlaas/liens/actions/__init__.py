"""The week of the links, and what their authors do with them."""

from atlaas.liens.actions.gestes import garder, remplacer
from atlaas.liens.actions.semaine import annoncer, avancer, recueillir

__all__ = ["annoncer", "avancer", "garder", "recueillir", "remplacer"]
