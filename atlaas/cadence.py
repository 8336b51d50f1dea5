"""How much one person writes to others in a day."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

JOUR = timedelta(days=1)


def mesurer(par: Utilisateur, faits: QuerySet[Any], limite: int, quoi: str) -> None:
    """Raises ``TransitionRefusee`` when ``faits``, dated by ``le``, already count ``limite`` rows of these 24 hours.

    One act at a time for a person, so that two at once do not pass the limit; in the caller's transaction.
    """
    Utilisateur.objects.select_for_update().get(pk=par.pk)
    if _du_jour(faits) >= limite:
        raise TransitionRefusee(f"Vous avez envoyé {limite} {quoi} en un jour : reprenez demain.")


def menager(ville: Collectivite, recus: QuerySet[Any], limite: int, quoi: str) -> None:
    """The same for what the people of ``ville`` receive from everybody: many accounts are not more than one."""
    Collectivite.objects.select_for_update(no_key=True).get(pk=ville.pk)
    if _du_jour(recus) >= limite:
        raise TransitionRefusee(f"{ville} a reçu beaucoup de {quoi} aujourd’hui : écrivez-lui demain.")


def _du_jour(faits: QuerySet[Any]) -> int:
    return faits.filter(le__gt=timezone.now() - JOUR).count()
