from celery import shared_task

from mosaique.comparaison import actions


@shared_task
def publier_partages() -> int:
    """Every ten minutes: the statistics of the shared groups follow the deposits; how many were released."""
    return actions.publier_partages()
