"""Read models of the Atlaas: the public search with its facets, a collectivité's own list."""

import re
from dataclasses import dataclass, replace

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable, SearchRank
from django.db.models import Count, F, Prefetch, QuerySet, Value

from atlaas.etats import EtatAction
from atlaas.models import Action, ActionQuerySet, SansAccents
from villes_internet.referentiel.models import Service
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

_DERNIER_MOT = re.compile(r"(?:^|(?<=\s))\w{2,}$")


@dataclass(frozen=True, slots=True)
class Criteres:
    """What a visitor asks for: words, and codes of facets ("" for any)."""

    q: str = ""
    enjeu: str = ""
    famille: str = ""
    type: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Facettes:
    """{code: number of fiches} under the other criteria, for each facet."""

    enjeux: dict[str, int]
    types: dict[str, int]
    regions: dict[str, int]


def requete_de(q: str) -> SearchQueryCombinable:
    """Words as in a web search (quotes, or, minus), accents and case ignored; the last word may be unfinished."""

    def websearch(texte: str) -> SearchQuery:
        return SearchQuery(SansAccents(Value(texte)), config="french", search_type="websearch")

    dernier = _DERNIER_MOT.search(q)
    if dernier is None or q.count('"') % 2:
        return websearch(q)
    prefixe = SearchQuery(SansAccents(Value(f"{dernier[0]}:*")), config="french", search_type="raw")
    reste = q[: dernier.start()].strip()
    return websearch(q) | (websearch(reste) & prefixe if reste else prefixe)


def _filtrer(criteres: Criteres) -> ActionQuerySet:
    liens = Action.services.through.objects
    fiches = Action.objects.publiees()
    if criteres.q:
        fiches = fiches.filter(recherche=requete_de(criteres.q))
    if criteres.enjeu:
        fiches = fiches.filter(pk__in=liens.filter(service__enjeu__code=criteres.enjeu).values("action"))
    if criteres.famille:
        fiches = fiches.filter(pk__in=liens.filter(service__enjeu__famille__code=criteres.famille).values("action"))
    if criteres.type:
        fiches = fiches.filter(collectivite__type=criteres.type)
    if criteres.region:
        fiches = fiches.filter(collectivite__region=criteres.region)
    return fiches


def avec_cartes(fiches: QuerySet[Action]) -> QuerySet[Action]:
    """What a card shows: the owner and the services with their colours; two queries whatever the number."""
    services = Prefetch(
        "services", Service.objects.select_related("enjeu__famille").order_by("enjeu__position", "position")
    )
    return fiches.select_related("collectivite__departement").prefetch_related(services)


def rechercher(criteres: Criteres) -> QuerySet[Action]:
    """Best matches first when there are words, else the latest."""
    fiches = _filtrer(criteres)
    if criteres.q:
        fiches = fiches.annotate(rang=SearchRank(F("recherche"), requete_de(criteres.q)))
        return avec_cartes(fiches.order_by("-rang", "-publiee_le", "-pk"))
    return avec_cartes(fiches.order_by("-publiee_le", "-pk"))


def facettes(criteres: Criteres) -> Facettes:
    """Counts of each choice, were it chosen instead of the current one of its facet; three queries."""
    hors_enjeu = _filtrer(replace(criteres, enjeu="", famille=""))
    enjeux = (
        Service.objects.filter(actions__in=hors_enjeu)
        .order_by()
        .values("enjeu__code")
        .annotate(nb=Count("actions", distinct=True))
        .values_list("enjeu__code", "nb")
    )
    types = (
        _filtrer(replace(criteres, type=""))
        .values("collectivite__type")
        .annotate(nb=Count("pk"))
        .values_list("collectivite__type", "nb")
    )
    regions = (
        _filtrer(replace(criteres, region=""))
        .filter(collectivite__region__isnull=False)
        .values("collectivite__region")
        .annotate(nb=Count("pk"))
        .values_list("collectivite__region", "nb")
    )
    return Facettes(dict(enjeux), dict(types), dict(regions))


def fiches_de(collectivite: Collectivite, etat: str = "") -> QuerySet[Action]:
    """Every fiche of a collectivité, drafts and archives included, latest change first."""
    fiches = Action.objects.filter(collectivite=collectivite)
    if etat:
        fiches = fiches.filter(etat=etat)
    return avec_cartes(fiches.order_by("-modifie_le", "-pk"))


def nb_par_etat(collectivite: Collectivite) -> dict[str, int]:
    comptes = Action.objects.filter(collectivite=collectivite).values_list("etat").annotate(nb=Count("pk"))
    return dict.fromkeys(EtatAction.values, 0) | dict(comptes)


def motif_de_moderation(action: Action) -> str:
    """The reason of the last removal, "" when the fiche is not removed."""
    if action.etat != EtatAction.DEPUBLIEE:
        return ""
    retraits = Evenement.objects.de(action).filter(apres=EtatAction.DEPUBLIEE).recents()
    return retraits.values_list("motif", flat=True).first() or ""


def publiees_de(collectivite: Collectivite) -> QuerySet[Action]:
    return avec_cartes(Action.objects.publiees().filter(collectivite=collectivite).order_by("-publiee_le", "-pk"))
