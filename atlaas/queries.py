"""Read models of the Atlaas: what a card shows, a collectivité's own list."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404

from atlaas.etats import EtatAction
from atlaas.models import Action
from villes_internet.referentiel.models import Enjeu, Service
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

CARTE = ("titre", "slug", "resume", "stade", "etat", "est_replicable", "collectivite__nom", "collectivite__departement")


def en_cartes(fiches: QuerySet[Action]) -> QuerySet[Action]:
    """What a card shows and nothing else, in one query; ``enjeux_montres``: [{"famille": code, "nom": …}]."""
    siens = Service.objects.filter(actions=OuterRef(OuterRef("pk"))).values("enjeu")
    enjeux = Enjeu.objects.filter(pk__in=siens).order_by("position", "pk")
    montres = enjeux.values(valeur=JSONObject(famille=F("famille__code"), nom=F("nom")))
    # A département is its code: its row is not read.
    return fiches.select_related("collectivite").only(*CARTE).annotate(enjeux_montres=ArraySubquery(montres))


def dans_l_ordre(cles: Sequence[int]) -> tuple[Action, ...]:
    """The cards of these fiches, in this order; one query."""
    fiches = en_cartes(Action.objects.filter(pk__in=cles)).in_bulk()
    return tuple(fiches[cle] for cle in cles if cle in fiches)


def avec_cartes(fiches: QuerySet[Action]) -> QuerySet[Action]:
    """The owner and the services with their colours; two queries whatever the number."""
    services = Prefetch(
        "services", Service.objects.select_related("enjeu__famille").order_by("enjeu__position", "position")
    )
    return fiches.select_related("collectivite__departement").prefetch_related(services)


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
    """Its own fiches, and those of others that it carries with them."""
    partagees = Action.partenaires.through.objects.filter(collectivite=collectivite).values("action")
    fiches = Action.objects.publiees().filter(Q(collectivite=collectivite) | Q(pk__in=partagees))
    return en_cartes(fiches.order_by("-publiee_le", "-pk"))


def page_lue(lignes: QuerySet[Any], numero: str, par_page: int) -> tuple[Page, bool]:
    """The page asked for, else the last one, and whether the one asked for exists."""
    if not numero.isdecimal() or not 0 < int(numero) < 100_000:
        raise Http404("Cette page de la liste n’existe pas.")
    feuilles = Paginator(lignes, par_page)
    return feuilles.get_page(numero), int(numero) <= feuilles.num_pages
