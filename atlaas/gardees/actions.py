"""A person's own list of fiches; nothing of it is journalled, since nobody else is concerned."""

from django.db import transaction

from atlaas.models import Action, Gardee
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import TransitionRefusee

MAX_GARDEES = 500


@transaction.atomic
def garder(action: Action, *, par: Utilisateur) -> None:
    """A second time changes nothing. Raises ``TransitionRefusee`` beyond 500."""
    Utilisateur.objects.select_for_update().get(pk=par.pk)
    if Gardee.objects.filter(personne=par).exclude(action=action).count() >= MAX_GARDEES:
        raise TransitionRefusee(f"Vous gardez déjà {MAX_GARDEES} fiches : retirez-en une d’abord.")
    Gardee.objects.get_or_create(personne=par, action=action)


def ne_plus_garder(action: Action, *, par: Utilisateur) -> None:
    Gardee.objects.filter(personne=par, action=action).delete()
