from celery import shared_task

from atlaas.donnees import actions


@shared_task
def deposer_les_fichiers() -> int:
    """Each night: the whole of the public fiches in every format; how many fiches."""
    return actions.deposer_les_fichiers()[0].nb
