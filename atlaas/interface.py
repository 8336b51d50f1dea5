"""What the products above may use of the Atlaas."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from atlaas.actions import (
    archiver_action,
    confirmer_actions,
    creer_action,
    inscrire_distinction,
    inscrire_presentations,
    modifier_action,
    publier_action,
    s_inspirer,
)
from atlaas.collectivites.actions import montrer_mosaique, mosaique_est_montree
from atlaas.etats import EtatAction
from atlaas.indexation import tout_reindexer
from atlaas.models import EN_COURS, Action, Distinction, Stade, Vitrine, limite_d_eligibilite
from atlaas.preuves import Preuves
from atlaas.preuves import lire as lire_les_preuves
from atlaas.selections.actions import ajouter as retenir
from atlaas.selections.actions import creer as creer_selection
from atlaas.selections.actions import publier as publier_selection
from villes_internet.referentiel.models import Service, Version
from villes_internet.territoires.models import SEUILS, Collectivite

__all__ = [
    "EN_COURS",
    "Action",
    "Distinction",
    "EtatAction",
    "Piste",
    "Preuves",
    "Stade",
    "Vitrine",
    "actions_de",
    "actions_eligibles",
    "archiver_action",
    "confirmer_actions",
    "creer_action",
    "creer_selection",
    "distinctions_de",
    "inscrire_distinction",
    "inscrire_presentations",
    "limite_d_eligibilite",
    "modifier_action",
    "montrer_mosaique",
    "mosaique_est_montree",
    "pistes",
    "preuves",
    "preuves_par_collectivite",
    "publier_action",
    "publier_selection",
    "resume_action",
    "retenir",
    "s_inspirer",
    "tout_reindexer",
    "toutes_eligibles",
]


def actions_de(collectivite: Collectivite) -> QuerySet[Action]:
    """Drafts and published fiches, newest first."""
    return Action.objects.courantes().filter(collectivite=collectivite).order_by("-cree_le", "-pk")


def toutes_eligibles(au: date) -> QuerySet[Action]:
    """Published and eligible at ``au`` (rule of 2017: running, or ended less than two years before), of everyone."""
    return Action.objects.eligibles(au)


def actions_eligibles(collectivite: Collectivite, au: date) -> QuerySet[Action]:
    """``toutes_eligibles`` of the collectivité, newest first."""
    return toutes_eligibles(au).filter(collectivite=collectivite).order_by("-cree_le", "-pk")


def preuves(collectivite: Collectivite, au: date, version: Version) -> dict[str, Preuves]:
    """{enjeu code: what is proved}, for the enjeux that have an eligible action; one query."""
    return preuves_par_collectivite([collectivite.pk], au, version).get(collectivite.pk, {})


def preuves_par_collectivite(
    collectivites: Collection[int], au: date, version: Version
) -> dict[int, dict[str, Preuves]]:
    """{collectivité key: ``preuves``}, for those that have an eligible action; one query whatever their number."""
    trouvees: dict[int, dict[str, Preuves]] = {}
    for collectivite, enjeu, prouve in lire_les_preuves(collectivites, au, version.pk):
        trouvees.setdefault(collectivite, {})[enjeu] = prouve
    return trouvees


@dataclass(frozen=True, slots=True)
class Piste:
    """A published fiche worth copying, and its town; ``est_preferee``: one of those that the caller put first."""

    pk: int
    slug: str
    titre: str
    resume: str
    est_replicable: bool
    est_preferee: bool
    est_semblable: bool
    collectivite: str
    type: str
    population: int | None
    taille_epci: int | None
    region: str | None

    @property
    def url(self) -> str:
        return reverse("atlaas:action", args=[self.pk, self.slug])


def pistes(
    enjeux: Mapping[int, QuerySet[Any, Any]], pour: Collectivite, au: date, *, nb: int = 3
) -> dict[int, list[Piste]]:
    """{enjeu key: at most ``nb`` eligible fiches of other towns of the same type}; one query.

    ``enjeux``: {enjeu key: keys of the collectivités that come first}. Then those of the same stratum; within each,
    replicable fiches, those with an indicator, the newest.
    """
    if not enjeux:
        return {}
    bas, haut = _bornes(pour)
    semblable = Q(collectivite__population__gte=bas) & Q(collectivite__population__lt=haut)
    autres = toutes_eligibles(au).filter(collectivite__type=pour.type).exclude(collectivite=pour)
    par_enjeu = [
        autres.filter(pk__in=_attachees_a(enjeu))
        .annotate(
            enjeu=Value(enjeu, IntegerField()),
            est_preferee=ExpressionWrapper(Q(collectivite__in=preferees), BooleanField()),
            est_semblable=Case(When(semblable, then=True), default=False),
            a_indicateur=Case(When(indicateur_valeur__isnull=False, then=True), default=False),
        )
        .order_by("-est_preferee", "-est_semblable", "-est_replicable", "-a_indicateur", "-publiee_le", "pk")
        .values_list("enjeu", *_CHAMPS_PISTE)[:nb]
        for enjeu, preferees in enjeux.items()
    ]
    lues: dict[int, list[Piste]] = {}
    for enjeu, *champs in par_enjeu[0].union(*par_enjeu[1:], all=True):
        lues.setdefault(enjeu, []).append(Piste(*champs))
    return lues


def _attachees_a(enjeu: int) -> QuerySet[Any, Any]:
    """Keys of the fiches tagged with a service of the enjeu, or with one of another version that counts for it."""
    etiquettes = Service.objects.filter(Q(enjeu=enjeu) | Q(equivalents__enjeu=enjeu)).order_by().values("pk")
    return Action.services.through.objects.filter(service__in=etiquettes).values("action")


_CHAMPS_PISTE = (
    "pk",
    "slug",
    "titre",
    "resume",
    "est_replicable",
    "est_preferee",
    "est_semblable",
    "collectivite__nom",
    "collectivite__type",
    "collectivite__population",
    "collectivite__epci__population",
    "collectivite__region",
)


def _bornes(ville: Collectivite) -> tuple[int, int]:
    """Populations of the stratum, from the first up to the second; every size for an intercommunalité."""
    sans_fin = 10**9
    if ville.est_intercommunalite:
        return 0, sans_fin
    echelle = [sans_fin, *(seuil for seuil, _ in SEUILS), 0]
    rang = next(r for r, seuil in enumerate(echelle) if (ville.population or 0) >= seuil)
    return echelle[rang], echelle[rang - 1]


def resume_action(action: Action) -> dict[str, Any]:
    """What a snapshot keeps of a fiche, as JSON values; one query unless the services are prefetched."""
    return {
        "id": action.pk,
        "titre": action.titre,
        "etat": action.etat,
        "resume": action.resume,
        "description": action.description,
        "services": [{"code": s.code, "nom": s.nom} for s in action.services.all()],
        "publics": action.publics,
        "stade": action.stade,
        "stade_libelle": action.get_stade_display(),
        "date_debut": action.date_debut.isoformat() if action.date_debut else None,
        "date_fin": action.date_fin.isoformat() if action.date_fin else None,
        "operateur": action.get_operateur_display(),
        "nom_operateur": action.nom_operateur,
        "resultats": action.resultats,
        "indicateur": {
            "libelle": action.indicateur_libelle,
            "valeur": None if action.indicateur_valeur is None else str(action.indicateur_valeur),
            "unite": action.indicateur_unite,
            "date": action.indicateur_date.isoformat() if action.indicateur_date else None,
        },
        "outils": action.outils,
        "est_libre": action.est_libre,
        "est_replicable": action.est_replicable,
        "comment_repliquer": action.comment_repliquer,
        "contact": action.contact,
        "lien": action.lien,
        "version": action.version,
    }


def distinctions_de(collectivite: Collectivite) -> QuerySet[Distinction]:
    """The labels obtained, latest first."""
    return Distinction.objects.filter(collectivite=collectivite).order_by("-annee")
