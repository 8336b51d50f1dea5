"""A colleague's fiche by link: asked, written without an account, read again, accepted or left aside."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from atlaas.actions import creer_action, modifier_action
from atlaas.etats import ACCEPTER, ECARTER, EtatAction
from atlaas.fiches import courriels
from atlaas.models import Action, DemandeFiche
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import franchir
from villes_internet.territoires.models import Collectivite

DUREE = timedelta(days=14)


class DemandeClose(Exception):
    """The link opens nothing any more; the message is a French sentence for the screen."""


def empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()


@transaction.atomic
def demander(ville: Collectivite, courriel: str, *, message: str = "", par: Utilisateur, a: datetime) -> DemandeFiche:
    """Send a link that writes one fiche, for 14 days."""
    jeton = secrets.token_urlsafe(32)
    demande = DemandeFiche.objects.create(
        collectivite=ville,
        courriel=courriel.strip().lower(),
        message=message,
        empreinte_jeton=empreinte(jeton),
        cree_par=par,
        cree_le=a,
        expire_le=a + DUREE,
    )
    consigner(demande, "demander une fiche", par=par, donnees={"courriel": demande.courriel})
    courriels.fiche_demandee(demande, settings.ADRESSE_PUBLIQUE + reverse("atlaas:ecrire_par_lien", args=[jeton]))
    return demande


def _verrouiller(demande: DemandeFiche) -> DemandeFiche:
    demandes = DemandeFiche.objects.select_for_update(of=("self",)).select_related("collectivite", "cree_par", "fiche")
    return demandes.get(pk=demande.pk)


@transaction.atomic
def revoquer(demande: DemandeFiche, *, par: Utilisateur, a: datetime) -> None:
    """The link opens nothing any more; what was written stays to be read again."""
    verrouillee = _verrouiller(demande)
    if verrouillee.revoque_le is None:
        verrouillee.revoque_le = a
        verrouillee.save(update_fields=["revoque_le"])
        consigner(verrouillee, "annuler la demande", par=par)


def obstacle(demande: DemandeFiche, a: datetime) -> str:
    """Why the link opens nothing any more, in a sentence; "" when it does."""
    if demande.fiche and demande.fiche.etat != EtatAction.A_RELIRE:
        return f"Votre fiche a été relue par {demande.collectivite} : merci. Ce lien a fini de servir."
    if demande.revoque_le is not None:
        return "Ce lien a été annulé par la collectivité."
    if a >= demande.expire_le:
        fin = date_format(localtime(demande.expire_le), "j F Y")
        return f"Ce lien a expiré le {fin} : il valait quatorze jours. Demandez-en un autre à {demande.cree_par}."
    return ""


@transaction.atomic
def enregistrer(
    demande: DemandeFiche,
    *,
    numero_version: int,
    services: Iterable[Service],
    a: datetime,
    terminee: bool = False,
    **champs: Any,
) -> Action:
    """Keep what the colleague writes; ``terminee``: the référent is told, once.

    Raises ``DemandeClose``, and ``VersionPerimee`` as for any fiche.
    """
    demande = _verrouiller(demande)
    motif = obstacle(demande, a)
    if motif:
        raise DemandeClose(motif)
    if demande.fiche is None:
        etat = EtatAction.A_RELIRE
        fiche = creer_action(demande.collectivite, par=None, services=services, a=a, etat=etat, **champs)
        demande.fiche = fiche
        demande.save(update_fields=["fiche"])
    else:
        fiche = modifier_action(
            demande.fiche, par=None, numero_version=numero_version, services=services, a=a, **champs
        )
    if terminee and demande.termine_le is None:
        demande.termine_le = a
        demande.save(update_fields=["termine_le"])
        consigner(demande, "répondre par le lien", par=None)
        courriels.fiche_a_relire(demande, fiche)
    return fiche


@transaction.atomic
def accepter(fiche: Action, *, par: Utilisateur) -> Action:
    """The fiche becomes a draft of the collectivité, like any other; its colleague is thanked."""
    franchir(fiche, ACCEPTER, par=par, auteur=par)
    courriels.fiche_relue(fiche, par)
    return fiche


@transaction.atomic
def ecarter(fiche: Action, *, motif: str, par: Utilisateur) -> Action:
    """Left aside with a word for the colleague; kept in the archives."""
    franchir(fiche, ECARTER, par=par, motif=motif)
    courriels.fiche_relue(fiche, par, motif)
    return fiche
