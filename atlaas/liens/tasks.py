"""Thin Celery wrappers. What is left to visit is the addresses still awaited: a lost message loses nothing."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from atlaas.liens import actions
from atlaas.liens.visite import Visiteur


@shared_task
def recueillir_les_liens() -> int:
    """Each Saturday evening: the links of the published fiches are to be visited; how many."""
    return actions.recueillir(timezone.now()) if settings.VERIFIER_LIENS else 0


@shared_task
def visiter_les_liens() -> int:
    """Every five minutes: some of those that are awaited; how many findings."""
    return actions.avancer(Visiteur(), timezone.now()) if settings.VERIFIER_LIENS else 0


@shared_task
def annoncer_les_liens() -> int:
    """Each Monday morning: the référents hear of what is new; how many towns."""
    return actions.annoncer(timezone.now())
