"""The list beside the map: the fiches of its box, a page by its place in the order."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from atlaas.carte.calculs import Boite
from atlaas.carte.queries.tirages import dans, tirer
from atlaas.models import Entree
from atlaas.recherche.queries.comptes import Comptes
from atlaas.recherche.queries.criteres import Criteres
from atlaas.recherche.queries.resultats import Curseur, CurseurInvalide, Feuille, Lot, feuille, places_par_qualite

PAR_PAGE = 8


@dataclass(frozen=True, slots=True)
class Page:
    """``nb``: fiches in the box, or that answer the search where there is no box."""

    nb: int
    est_exact: bool
    feuille: Feuille


def page_de_la_recherche(
    criteres: Criteres, cles: Mapping[str, int], comptes: Comptes, *, apres: str = "", avant: str = ""
) -> Page:
    """One page of the search in its own order. Raises ``CurseurInvalide``."""
    lue = feuille(criteres, cles, apres=apres, avant=avant, nb=PAR_PAGE, environ=comptes.total)
    return Page(comptes.total, comptes.est_exact, lue)


def page_de_la_boite(lignes: QuerySet[Entree], boite: Boite, *, apres: str = "", avant: str = "") -> Page:
    """One page of a box, fresh and replicable first. Raises ``CurseurInvalide``."""
    curseur = Curseur.lire(avant or apres)
    if curseur and curseur.ordre != "q":
        raise CurseurInvalide
    tirage = tirer(lignes, boite)
    nb = tirage.ajuster(tirage.lignes.count())
    lot = Lot(dans(lignes, boite), nb)
    return Page(nb, tirage.est_exact, Feuille.de(places_par_qualite(lot, curseur, bool(avant), PAR_PAGE)))
