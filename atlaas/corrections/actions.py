"""Corrections that readers propose: written, accepted into the fiche, set aside with a word, taken back, removed."""

from copy import copy
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from atlaas.actions import modifier_action
from atlaas.cadence import menager, mesurer
from atlaas.corrections import courriels
from atlaas.etats import (
    ACCEPTER_CORRECTION,
    ECARTER_CORRECTION,
    REPRENDRE_CORRECTION,
    RETIRER_CORRECTION,
    EtatCorrection,
)
from atlaas.historique import contenu
from atlaas.models import Action, Correction
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.territoires.models import Collectivite

PAR_PERSONNE = 10  # a day
PAR_FICHE = 3  # of one person, undecided
RECUES = 30  # a day, for the people of one collectivité


@transaction.atomic
def proposer(
    action: Action,
    champ: str,
    *,
    voulu: Any,
    pourquoi: str,
    source: str,
    pour: Collectivite | None,
    par: Utilisateur,
) -> Correction:
    """``voulu``: JSON value, as the history keeps it. Raises ``TransitionRefusee`` beyond a day's number, or three
    undecided ones of the same person."""
    mesurer(par, Correction.objects.filter(auteur=par), PAR_PERSONNE, "corrections")
    menager(action.collectivite, _recues(action), RECUES, "corrections")
    en_cours = Correction.objects.filter(action=action, auteur=par, etat=EtatCorrection.PROPOSEE)
    if en_cours.filter(champ=champ).exists():
        raise TransitionRefusee("Vous avez déjà proposé une correction de ce champ : elle attend la collectivité.")
    if en_cours.count() >= PAR_FICHE:
        raise TransitionRefusee(f"Vous avez déjà {PAR_FICHE} corrections en attente sur cette fiche : patientez.")
    correction = Correction.objects.create(
        action=action,
        auteur=par,
        collectivite=pour,
        champ=champ,
        lu=contenu(action)[champ],
        voulu=voulu,
        pourquoi=pourquoi,
        source=source,
    )
    consigner(correction, "proposer une correction", par=par, donnees={"fiche": action.pk, "champ": champ})
    courriels.correction_proposee(correction)
    return correction


def _recues(action: Action) -> models.QuerySet[Correction]:
    return Correction.objects.filter(action__collectivite=action.collectivite_id)


@transaction.atomic
def accepter(correction: Correction, *, numero_version: int, par: Utilisateur, a: datetime) -> Action:
    """The fiche says what was proposed, as a version of its own, and the author is thanked.

    Raises ``VersionPerimee`` when the fiche changed since it was shown, ``TransitionRefusee`` when it may not say so.
    """
    franchir(correction, ACCEPTER_CORRECTION, par=par, decidee_le=a)
    action, champ = correction.action, Action._meta.get_field(correction.champ)
    assert isinstance(champ, models.Field)
    valeur = champ.to_python(correction.voulu)
    _exiger_possible(action, champ.name, valeur)
    modifiee = modifier_action(
        action,
        par=par,
        numero_version=numero_version,
        services=action.services.all(),
        a=a,
        a_part=True,
        **{champ.name: valeur},
    )
    courriels.correction_acceptee(correction)
    return modifiee


def _exiger_possible(action: Action, champ: str, valeur: Any) -> None:
    essai = copy(action)
    setattr(essai, champ, valeur)
    try:
        essai.validate_constraints()
    except ValidationError as erreur:
        raise TransitionRefusee(" ".join(erreur.messages)) from erreur


@transaction.atomic
def ecarter(correction: Correction, *, motif: str, par: Utilisateur, a: datetime) -> None:
    franchir(correction, ECARTER_CORRECTION, par=par, motif=motif, decidee_le=a)
    courriels.correction_ecartee(correction, motif)


def reprendre(correction: Correction, *, par: Utilisateur, a: datetime) -> None:
    franchir(correction, REPRENDRE_CORRECTION, par=par, decidee_le=a)


@transaction.atomic
def retirer(correction: Correction, *, motif: str, par: Utilisateur, a: datetime) -> None:
    """By the association; the author reads the motive."""
    franchir(correction, RETIRER_CORRECTION, par=par, motif=motif, decidee_le=a)
    courriels.correction_ecartee(correction, motif)
