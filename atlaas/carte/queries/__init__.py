"""Read models of the map, one file a subject."""

from atlaas.carte.queries.cellules import cellules
from atlaas.carte.queries.departements import choroplethe
from atlaas.carte.queries.liste import Page, page_de_la_boite, page_de_la_recherche

__all__ = ["Page", "cellules", "choroplethe", "page_de_la_boite", "page_de_la_recherche"]
