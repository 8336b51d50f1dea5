from celery import shared_task
from django.utils import timezone

from mosaique.preparation import actions


@shared_task
def oublier_imports() -> int:
    """Each night: the imports whose day is over are erased, with the answers that they proposed; how many."""
    return actions.oublier(timezone.now())
