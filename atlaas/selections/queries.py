"""The selections as visitors read them, and as the association composes them."""

from django.db.models import Prefetch, QuerySet

from atlaas.models import Action, Retenue, Selection
from atlaas.queries import avec_cartes
from atlaas.recherche.queries.criteres import Criteres
from atlaas.recherche.queries.resultats import feuille

PROPOSEES = 8  # fiches shown for the words of the workshop


def retenues(selection: Selection) -> list[Retenue]:
    """Its fiches in their order, those that are no longer public included; four queries whatever their number."""
    fiches = avec_cartes(Action.objects.select_related("fusionnee_dans"))
    lues = selection.retenues.prefetch_related(Prefetch("action", fiches))
    return list(lues.order_by("rang", "pk"))


def publiques(selection: Selection) -> list[Retenue]:
    """Those that everyone reads."""
    return [r for r in retenues(selection) if r.action.est_publique]


def selections_de(action: Action) -> QuerySet[Selection]:
    """The published ones where the fiche is."""
    return Selection.objects.publiees().filter(retenues__action=action)


def propositions(q: str) -> tuple[Action, ...]:
    """Public fiches that answer the words, the best first; none without words."""
    return feuille(Criteres(q), {}, nb=PROPOSEES).fiches if q else ()


def familles(selection: Selection) -> list[str]:
    """Codes of the families of its fiches."""
    codes = selection.retenues.values_list("action__services__enjeu__famille__code", flat=True)
    return sorted({code for code in codes.order_by().distinct() if code})
