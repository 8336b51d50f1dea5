"""Read models of the map, one file a subject."""

from atlaas.carte.queries.cellules import cellules
from atlaas.carte.queries.departements import choroplethe
from atlaas.carte.queries.liste import page

__all__ = ["cellules", "choroplethe", "page"]
