"""Thin Celery wrappers. The work list is the mosaïques not computed since the demand: a lost message loses nothing."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now

from mosaique.models import Recalcul
from mosaique.recalcul import actions

EN_PARALLELE = 2  # chains of blocks at once
SILENCE = timedelta(seconds=60)  # a batch that has not moved for so long is taken up again


@shared_task
def recalculer_les_annees_en_cours() -> int:
    """Each night: the stored figures of the open mosaïques follow the fiches and the calendar; how many years."""
    recalculs = [actions.demander(millesime) for millesime in actions.annees_en_cours()]
    for recalcul in recalculs:
        for _ in range(EN_PARALLELE):
            avancer_recalcul.delay(recalcul.pk)
    return len(recalculs)


@shared_task
def avancer_recalcul(recalcul_pk: int) -> None:
    """One block, then hand over to the next task, so that other tasks pass in between; stops when none is left."""
    recalcul = Recalcul.objects.en_cours().filter(pk=recalcul_pk).first()
    if recalcul and actions.avancer(recalcul):
        avancer_recalcul.delay(recalcul_pk)


@shared_task
def reprendre_recalculs() -> int:
    """Every minute: take up the batches that stand still; how many."""
    immobiles = Recalcul.objects.en_cours().filter(avance_le__lt=Now() - SILENCE).order_by("pk")
    cles = list(immobiles.values_list("pk", flat=True))
    for pk in cles:
        avancer_recalcul.delay(pk)
    return len(cles)
