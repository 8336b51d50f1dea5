"""Thin Celery wrappers. The work list is the rows: run twice, the second finds nothing to do."""

from celery import shared_task
from django.utils import timezone


@shared_task
def demander_confirmations() -> int:
    """Every night: the fiches that nobody has confirmed for a year wait for it; how many."""
    from atlaas.fiches.actions import demander_confirmations as demander

    return demander(timezone.now())
