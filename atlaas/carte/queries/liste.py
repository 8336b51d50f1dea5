"""The list beside the map: the fiches of its box, a page by its place in the order."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, QuerySet, Value

from atlaas.carte.calculs import Boite
from atlaas.carte.queries.tirages import EXACT_JUSQU_A, dans, prevoir, tirer
from atlaas.models import Entree
from atlaas.queries import dans_l_ordre
from atlaas.recherche.queries.criteres import Criteres
from atlaas.recherche.queries.resultats import Curseur, CurseurInvalide, Feuille, feuille

PAR_PAGE = 8


@dataclass(frozen=True, slots=True)
class Page:
    """``nb``: fiches in the box, or that answer the search where there is no box."""

    nb: int
    est_exact: bool
    feuille: Feuille


def page(
    criteres: Criteres,
    cles: Mapping[str, int],
    lignes: QuerySet[Entree],
    boite: Boite | None,
    *,
    apres: str = "",
    avant: str = "",
) -> Page:
    """One page: of the search in its own order, or of the box. Raises ``CurseurInvalide``."""
    if boite is None:
        lue = feuille(criteres, cles, apres=apres, avant=avant, nb=PAR_PAGE)
    else:
        lue = feuille_de(lignes, boite, apres=apres, avant=avant)
    tirage = tirer(lignes, boite)
    return Page(tirage.ajuster(tirage.lignes.count()), tirage.est_exact, lue)


def feuille_de(lignes: QuerySet[Entree], boite: Boite, *, apres: str = "", avant: str = "") -> Feuille:
    """Fresh and replicable first; four queries whatever the number. Raises ``CurseurInvalide``."""
    curseur, a_rebours = Curseur.lire(avant or apres), bool(avant)
    if curseur and curseur.ordre != "q":
        raise CurseurInvalide
    peu = prevoir(lignes, boite) <= EXACT_JUSQU_A
    # Few rows are found by their square and sorted; many are read in the order of the index until the page is full.
    retenues = dans(lignes, boite).annotate(rang=F("qualite") + Value(0) if peu else F("qualite"))
    if curseur:
        retenues = retenues.extra(  # noqa: S610 - the two bounds are parameters
            where=[f"(atlaas_entree.qualite, atlaas_entree.action_id) {'>' if a_rebours else '<'} (%s, %s)"],
            params=[curseur.rang, curseur.cle],
        )
    ordre = ("rang", "pk") if a_rebours else ("-rang", "-pk")
    lues = list(retenues.order_by(*ordre).values_list("rang", "pk")[: PAR_PAGE + 1])
    encore, lues = len(lues) > PAR_PAGE, lues[:PAR_PAGE]
    if a_rebours:
        lues.reverse()
    if not lues:
        return Feuille(())
    debut, fin = Curseur("q", *lues[0]), Curseur("q", *lues[-1])
    return Feuille(
        dans_l_ordre([cle for _, cle in lues]),
        str(debut) if (encore if a_rebours else curseur) else "",
        str(fin) if (encore or a_rebours) else "",
    )

