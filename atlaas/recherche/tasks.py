from celery import shared_task

from atlaas import indexation


@shared_task
def compter_les_choix() -> None:
    """Every ten minutes: how many fiches each choice of a facet has, for who has not narrowed anything."""
    indexation.compter()


@shared_task
def tout_reindexer() -> int:
    """Each night: what the registry, the référentiel or a label changed reaches the search; how many fiches."""
    return indexation.tout_reindexer()
