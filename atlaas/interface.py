"""What the products above may use of the Atlaas."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet, Value

from atlaas.actions import archiver_action, creer_action, inscrire_distinction, modifier_action, publier_action
from atlaas.models import Action, Distinction
from villes_internet.referentiel.models import Service, Version
from villes_internet.territoires.models import Collectivite

__all__ = [
    "Action",
    "Distinction",
    "Preuves",
    "actions_de",
    "actions_eligibles",
    "archiver_action",
    "creer_action",
    "distinctions_de",
    "inscrire_distinction",
    "modifier_action",
    "preuves",
    "publier_action",
    "resume_action",
    "toutes_eligibles",
]


@dataclass(frozen=True, slots=True)
class Preuves:
    """What the eligible actions prove on one enjeu.

    ``services`` are the codes with an eligible action, ``services_evalues`` those where one has an indicator or a link.
    """

    nb_actions: int = 0
    nb_avec_indicateur: int = 0
    nb_replicables: int = 0
    services: frozenset[str] = frozenset()
    services_evalues: frozenset[str] = frozenset()


def actions_de(collectivite: Collectivite) -> QuerySet[Action]:
    """Drafts and published fiches, newest first."""
    return Action.objects.courantes().filter(collectivite=collectivite).order_by("-cree_le", "-pk")


def toutes_eligibles(au: date) -> QuerySet[Action]:
    """Published and eligible at ``au`` (rule of 2017: running, or ended less than two years before), of everyone."""
    return Action.objects.eligibles(au)


def actions_eligibles(collectivite: Collectivite, au: date) -> QuerySet[Action]:
    """``toutes_eligibles`` of the collectivité, newest first."""
    return toutes_eligibles(au).filter(collectivite=collectivite).order_by("-cree_le", "-pk")


_INDICATEUR = Q(actions__indicateur_valeur__isnull=False) & ~Q(actions__indicateur_libelle="")
_EVALUEE = _INDICATEUR | ~Q(actions__lien="")
_REPLICABLE = Q(actions__est_replicable=True) & ~Q(actions__contact="") & (_INDICATEUR | ~Q(actions__resultats=""))


def preuves(collectivite: Collectivite, au: date, version: Version) -> dict[str, Preuves]:
    """{enjeu code: what is proved}, for the enjeux that have an eligible action; one query."""
    lignes = (
        Service.objects.filter(
            enjeu__famille__version=version, actions__in=Action.objects.eligibles(au).filter(collectivite=collectivite)
        )
        .order_by()
        .values("enjeu__code")
        .annotate(
            nb=Count("actions", distinct=True),
            avec_indicateur=Count("actions", distinct=True, filter=_INDICATEUR),
            replicables=Count("actions", distinct=True, filter=_REPLICABLE),
            codes=ArrayAgg("code", distinct=True),
            evalues=ArrayAgg("code", distinct=True, filter=_EVALUEE, default=Value([])),
        )
    )
    return {
        ligne["enjeu__code"]: Preuves(
            ligne["nb"],
            ligne["avec_indicateur"],
            ligne["replicables"],
            frozenset(ligne["codes"]),
            frozenset(ligne["evalues"]),
        )
        for ligne in lignes
    }


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
