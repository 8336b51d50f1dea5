"""What changes tokens, and what a program changes with one."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from atlaas import actions
from atlaas.models import Action, Jeton
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

PREFIXE = "vi_"
NB_MAX = 10  # valid tokens of one collectivité
CHANGEMENTS = {
    "publier": actions.publier_action,
    "reprendre": actions.reprendre_action,
    "archiver": actions.archiver_action,
}


def empreinte(secret: str) -> str:
    """The secret has 256 bits of chance: one round is enough, nothing can be guessed from its digest."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def creer_jeton(
    collectivite: Collectivite,
    *,
    nom: str,
    portees: Iterable[str],
    jours: int,
    par: Utilisateur,
    a: datetime | None = None,
) -> tuple[Jeton, str]:
    """The token and its secret, which nobody will read again. Raises ``TransitionRefusee``."""
    Collectivite.objects.select_for_update().get(pk=collectivite.pk)
    if Jeton.objects.valables().filter(collectivite=collectivite).count() >= NB_MAX:
        raise TransitionRefusee(f"Une collectivité a {NB_MAX} jetons au plus : révoquez-en un qui ne sert plus.")
    secret = PREFIXE + secrets.token_urlsafe(32)
    jeton = Jeton.objects.create(
        collectivite=collectivite,
        nom=nom,
        portees=sorted(portees),
        empreinte=empreinte(secret),
        debut=secret[:8],
        cree_par=par,
        expire_le=(a or timezone.now()) + timedelta(days=jours),
    )
    consigner(jeton, "créer", par=par, donnees={"portees": jeton.portees, "jours": jours})
    return jeton, secret


@transaction.atomic
def revoquer_jeton(jeton: Jeton, *, par: Utilisateur, a: datetime | None = None) -> Jeton:
    """At once; a second click changes nothing."""
    verrouille = Jeton.objects.select_for_update().get(pk=jeton.pk)
    if verrouille.revoque_le is None:
        verrouille.revoque_le, verrouille.revoque_par = a or timezone.now(), par
        verrouille.save(update_fields=["revoque_le", "revoque_par"])
        consigner(verrouille, "révoquer", par=par)
    return verrouille


def _servir(jeton: Jeton, verbe: str, action: Action) -> None:
    """The journal of the token says what it did; that of the fiche names the person who answers for it."""
    Jeton.objects.filter(pk=jeton.pk).update(derniere_ecriture_le=timezone.now())
    consigner(jeton, verbe, par=jeton.cree_par, donnees={"fiche": action.pk})


@transaction.atomic
def creer_fiche(jeton: Jeton, *, services: Iterable[Service], champs: Mapping[str, Any]) -> Action:
    action = actions.creer_action(jeton.collectivite, par=jeton.cree_par, services=services, **champs)
    _servir(jeton, "créer une fiche", action)
    return action


@transaction.atomic
def modifier_fiche(
    jeton: Jeton, action: Action, *, numero_version: int, services: Iterable[Service], champs: Mapping[str, Any]
) -> Action:
    """As ``atlaas.actions.modifier_action``, with its refusals."""
    modifiee = actions.modifier_action(
        action, par=jeton.cree_par, numero_version=numero_version, services=services, **champs
    )
    _servir(jeton, "modifier une fiche", modifiee)
    return modifiee


@transaction.atomic
def changer_etat(jeton: Jeton, action: Action, vers: str) -> Action:
    """``vers``: a key of ``CHANGEMENTS``. Raises ``TransitionRefusee``."""
    changee = CHANGEMENTS[vers](action, par=jeton.cree_par)
    _servir(jeton, f"{vers} une fiche", changee)
    return changee
