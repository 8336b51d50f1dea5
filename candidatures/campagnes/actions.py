"""What changes a campaign: its creation, its freezing, its calendar."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from candidatures.campagnes import etats
from candidatures.campagnes.models import Campagne, Critere, Mention
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.calculs import CritereDeGrille
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir

REGLES = Path(__file__).parent / "donnees"


def charger_regles(code: str) -> dict[str, Any]:
    """Grid and mentions shipped with the application."""
    regles: dict[str, Any] = json.loads((REGLES / f"regles-{code}.json").read_text(encoding="utf-8"))
    return regles


@transaction.atomic
def creer(
    annee: int,
    *,
    version: Version,
    regles: dict[str, Any],
    ouverture_le: datetime,
    cloture_le: datetime,
    jury_le: date | None = None,
    ceremonie_le: datetime | None = None,
    par: Utilisateur | None,
) -> Campagne:
    """Create a draft campaign with its grid and mentions; dates are aware, shown in Paris time."""
    campagne = Campagne.objects.create(
        annee=annee,
        nom=f"Label {annee}",
        version=version,
        ouverture_le=ouverture_le,
        cloture_le=cloture_le,
        jury_le=jury_le,
        ceremonie_le=ceremonie_le,
        echelle=regles["echelle"],
    )
    Critere.objects.bulk_create(
        Critere(campagne=campagne, position=rang, **critere) for rang, critere in enumerate(regles["criteres"], start=1)
    )
    Mention.objects.bulk_create(
        Mention(campagne=campagne, position=rang, **mention) for rang, mention in enumerate(regles["mentions"], start=1)
    )
    consigner(campagne, "créer", par=par)
    return campagne


@transaction.atomic
def annoncer(campagne: Campagne, *, par: Utilisateur | None) -> Campagne:
    """Freeze the rules: the référentiel must be published and within reach of the grid, whose weights must make 100."""
    version = Version.objects.select_for_update().get(pk=campagne.version_id)
    if version.etat != EtatVersion.PUBLIEE:
        raise TransitionRefusee("Publiez d’abord la version du référentiel.")
    if version.est_historique:
        raise TransitionRefusee("Une version historique ne mesure rien : choisissez-en une autre.")
    grille = [CritereDeGrille(c.code, c.poids, c.est_precalcule) for c in campagne.criteres.all()]
    total = sum(critere.poids for critere in grille)
    if total != 100:
        raise TransitionRefusee(f"Les poids de la grille font {total} et devraient faire 100.")
    if obstacles := referentiel.obstacles(version, grille):
        raise TransitionRefusee(" ; ".join(obstacles) + ".")
    annoncee = franchir(campagne, etats.ANNONCER, par=par)
    _noter_l_usage(version)
    return annoncee


def _noter_l_usage(version: Version) -> None:
    """Written downward: a version that a campaign runs on cannot be withdrawn."""
    en_cours = Campagne.objects.filter(version=version).en_cours()
    referentiel.noter_les_campagnes(version, en_cours.count())


def ouvrir(campagne: Campagne, *, par: Utilisateur | None) -> Campagne:
    return franchir(campagne, etats.OUVRIR, par=par)


def clore(campagne: Campagne, *, par: Utilisateur | None, a: datetime, motif: str = "") -> Campagne:
    """Close at ``a``; before the announced hour a motive is required, and the closing hour becomes ``a``."""
    if a >= campagne.cloture_le:
        return franchir(campagne, etats.CLORE, par=par, motif=motif)
    if not motif.strip():
        raise TransitionRefusee("La clôture annoncée n’est pas passée : un motif est nécessaire pour clore plus tôt.")
    return franchir(campagne, etats.CLORE, par=par, motif=motif, cloture_le=a)


def prolonger(campagne: Campagne, *, jusqu_au: datetime, par: Utilisateur | None, a: datetime, motif: str) -> Campagne:
    """Move the closing hour later (and reopen a closed campaign); ``jusqu_au`` must be after ``a``."""
    if jusqu_au <= a:
        raise TransitionRefusee("La nouvelle clôture doit être à venir.")
    return franchir(
        campagne,
        etats.PROLONGER,
        par=par,
        motif=motif,
        donnees={"avant": campagne.cloture_le.isoformat(), "apres": jusqu_au.isoformat()},
        cloture_le=jusqu_au,
    )


def evaluer(campagne: Campagne, *, par: Utilisateur | None) -> Campagne:
    return franchir(campagne, etats.EVALUER, par=par)


def deliberer(campagne: Campagne, *, par: Utilisateur | None) -> Campagne:
    return franchir(campagne, etats.DELIBERER, par=par)


def arreter(campagne: Campagne, *, par: Utilisateur | None) -> Campagne:
    return franchir(campagne, etats.ARRETER, par=par)


def publier(campagne: Campagne, *, par: Utilisateur | None, a: datetime) -> Campagne:
    """State only; ``palmares.actions.publier_resultats`` publishes the results with it."""
    return franchir(campagne, etats.PUBLIER, par=par, publiee_le=a)


@transaction.atomic
def cloturer(campagne: Campagne, *, par: Utilisateur | None) -> Campagne:
    cloturee = franchir(campagne, etats.CLOTURER, par=par)
    _noter_l_usage(campagne.version)
    return cloturee


@transaction.atomic
def annuler(campagne: Campagne, *, par: Utilisateur | None, motif: str) -> Campagne:
    annulee = franchir(campagne, etats.ANNULER, par=par, motif=motif)
    _noter_l_usage(campagne.version)
    return annulee
