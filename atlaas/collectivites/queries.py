"""What the public page of a collectivité says beyond its list of fiches."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from atlaas import queries
from atlaas.etats import PUBLICS
from atlaas.models import Action, Distinction, Entree, Genre
from atlaas.recherche.queries.criteres import Criteres, cles_des_choix, entrees
from villes_internet.referentiel.queries import EnjeuLu, arbre, version_courante
from villes_internet.territoires.models import Collectivite

PREMIERES = 3  # fiches named under an enjeu
NB_VOISINES = 6
AUTOUR = Decimal("0.5")  # degrees: some fifty kilometres


@dataclass(frozen=True, slots=True)
class EnjeuTenu:
    """An enjeu where the collectivité has public fiches: how many, and the newest."""

    enjeu: EnjeuLu
    nb: int
    fiches: tuple[Action, ...]


def enjeu_par_enjeu(ville: Collectivite) -> list[EnjeuTenu]:
    """In the order of the current référentiel; one query beyond the référentiel."""
    version = version_courante()
    if version is None:
        return []
    par_code: dict[str, list[Action]] = {}
    for code, *champs in _fiches_par_enjeu(ville):
        par_code.setdefault(code, []).append(Action(**dict(zip(_NOMMEE, champs, strict=True))))
    return [
        EnjeuTenu(enjeu, len(fiches), tuple(fiches[:PREMIERES]))
        for enjeu in arbre(version).enjeux
        if (fiches := par_code.get(enjeu.code))
    ]


_NOMMEE = ("pk", "slug", "titre")


def _fiches_par_enjeu(ville: Collectivite) -> QuerySet[Any, Any]:
    """(enjeu code, what names a fiche), newest first; a fiche is once under each of its enjeux."""
    siennes = queries.publiees_de(ville).order_by().values("pk")
    return (
        Action.objects.filter(pk__in=siennes, services__isnull=False)
        .order_by("-publiee_le", "-pk", "services__enjeu__code")
        .values_list("services__enjeu__code", *_NOMMEE, "publiee_le")
        .distinct()
        .values_list("services__enjeu__code", *_NOMMEE)
    )


def fiches_cherchees(ville: Collectivite, q: str, enjeu: str) -> QuerySet[Action]:
    """The public fiches of a collectivité, narrowed as the search of the Atlaas narrows."""
    fiches = queries.publiees_de(ville)
    if not (q or enjeu):
        return fiches
    criteres = Criteres(q, {Genre.ENJEU.value: enjeu} if enjeu else {})
    return fiches.filter(pk__in=entrees(criteres, cles_des_choix(criteres)).values("action"))


def labels_d_avant(ville: Collectivite) -> QuerySet[Distinction]:
    """What the communes merged into this one had obtained, newest first."""
    return (
        Distinction.objects.filter(collectivite__commune_actuelle=ville)
        .select_related("collectivite")
        .order_by("-annee", "collectivite__cle_alphabetique")
    )


def voisines(ville: Collectivite) -> list[Collectivite]:
    """Those with public fiches, ``nb`` of them: of the same intercommunalité first, then the nearest; two queries."""
    memes = list(_qui_publient(_de_l_intercommunalite(ville))[:NB_VOISINES])
    if len(memes) == NB_VOISINES or ville.point is None:
        return memes
    return [*memes, *_proches(ville, {v.pk for v in memes})[: NB_VOISINES - len(memes)]]


def _qui_publient(villes: QuerySet[Collectivite]) -> QuerySet[Any, Any]:
    return (
        villes.filter(Exists(Entree.objects.filter(collectivite=OuterRef("pk"))))
        .select_related("departement")
        .annotate(nb=Count("actions", filter=Q(actions__etat__in=PUBLICS)))
        .order_by("-nb", "cle_alphabetique", "code")
    )


def _de_l_intercommunalite(ville: Collectivite) -> QuerySet[Collectivite]:
    if ville.est_intercommunalite:
        return Collectivite.objects.candidates().filter(epci=ville)
    if ville.epci_id is None:
        return Collectivite.objects.none()
    memes = Q(epci=ville.epci_id) | Q(pk=ville.epci_id)
    return Collectivite.objects.candidates().filter(memes).exclude(pk=ville.pk)


def _proches(ville: Collectivite, deja: set[int]) -> QuerySet[Any, Any]:
    """By plain degrees: near enough to order neighbours."""
    assert ville.latitude is not None
    assert ville.longitude is not None
    latitude, longitude = ville.latitude, ville.longitude
    autour = Collectivite.objects.candidates().filter(
        latitude__range=(latitude - AUTOUR, latitude + AUTOUR),
        longitude__range=(longitude - AUTOUR, longitude + AUTOUR),
    )
    nord, est = F("latitude") - latitude, F("longitude") - longitude
    ecart = nord * nord + est * est
    autres = _qui_publient(autour.exclude(pk__in={ville.pk, *deja}))
    proches: QuerySet[Any, Any] = autres.annotate(ecart=ecart).order_by("ecart", "code")
    return proches
