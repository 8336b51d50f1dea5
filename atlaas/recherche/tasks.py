from celery import shared_task
from django.utils import timezone

from atlaas import indexation
from atlaas.recherche import actions


@shared_task
def compter_les_choix() -> None:
    """Every ten minutes: how many fiches each choice of a facet has, for who has not narrowed anything."""
    indexation.compter()


@shared_task
def raconter_les_recherches() -> int:
    """Each Monday morning: the new fiches of the searches that people follow; how many messages."""
    return actions.raconter(timezone.now())


@shared_task
def tout_reindexer() -> int:
    """Each night: what the registry, the référentiel or a label changed reaches the search; how many fiches."""
    return indexation.tout_reindexer()
