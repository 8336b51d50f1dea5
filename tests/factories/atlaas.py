"""Builders of the Atlaas: fiches and selections, through the real actions."""

import itertools
from typing import Any

from atlaas import actions
from atlaas.models import Action, Selection
from atlaas.selections import actions as selections
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.territoires.models import Collectivite

_numero = itertools.count(1)


def services(*codes: str) -> list[Service]:
    """Services of the published référentiel of 2027, by code ("A1.3")."""
    return list(Service.objects.filter(enjeu__famille__version=ground.version_publiee(), code__in=codes))


def fiche(
    collectivite: Collectivite, *codes: str, publiee: bool = True, par: Utilisateur | None = None, **champs: Any
) -> Action:
    """A complete fiche attached to the services ``codes`` (A1.1 unless told), published unless told."""
    valeurs = {
        "titre": f"Fiche {next(_numero)}",
        "resume": "Les habitants signalent un incident depuis leur téléphone ; la réponse part sous deux jours.",
        **champs,
    }
    action = actions.creer_action(collectivite, par=par, services=services(*(codes or ("A1.1",))), **valeurs)
    return actions.publier_action(action, par=par) if publiee else action


def fiche_mesuree(collectivite: Collectivite, *codes: str, **champs: Any) -> Action:
    """With an indicator."""
    return fiche(
        collectivite,
        *codes,
        **{"indicateur_libelle": "signalements traités", "indicateur_valeur": 412, "indicateur_unite": "par an"}
        | champs,
    )


def fiche_replicable(collectivite: Collectivite, *codes: str, **champs: Any) -> Action:
    """With an indicator, a contact, a result and the way to copy it."""
    return fiche_mesuree(
        collectivite,
        *codes,
        **{
            "est_replicable": True,
            "comment_repliquer": "Deux jours de paramétrage et une réunion de quartier.",
            "contact": "Direction du numérique",
            "resultats": "Délai moyen divisé par deux.",
        }
        | champs,
    )


def selection(*fiches: Action, par: Utilisateur, publiee: bool = True, **champs: Any) -> Selection:
    """A selection of these fiches, each with its reason, published unless told."""
    textes = {"titre": "Décider ensemble", "introduction": "Un *choix* de l’association.", **champs}
    creee = selections.creer(par=par, **textes)
    for retenue in fiches:
        selections.ajouter(creee, retenue, par=par, pourquoi=f"Pour {retenue.titre}")
    return selections.publier(creee, par=par) if publiee else creee
