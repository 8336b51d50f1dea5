"""Thin Celery wrappers. The work list is the rows without file: a lost message or a killed worker loses nothing."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now

from candidatures.palmares.models import Certificat, LotCertificats

SILENCE = timedelta(seconds=60)  # a batch that has not moved for so long is taken up again


@shared_task
def avancer_lot(lot_pk: int) -> None:
    """Make some certificates, then hand over to the next task; stops by itself when none is left."""
    from candidatures.palmares.actions import produire_suivants

    lot = LotCertificats.objects.en_cours().filter(pk=lot_pk).first()
    if lot and produire_suivants(lot):
        avancer_lot.delay(lot_pk)


@shared_task
def produire_certificat(certificat_pk: int) -> None:
    from candidatures.palmares.actions import produire_certificat as produire

    produire(certificat_pk)


@shared_task
def reprendre_lots() -> int:
    """Every minute: start again the batches that stand still and the reissues that have no file; how many."""
    immobiles = [
        lot.pk for lot in LotCertificats.objects.en_cours().filter(avance_le__lt=Now() - SILENCE).order_by("pk")[:20]
    ]
    for pk in immobiles:
        avancer_lot.delay(pk)
    isoles = list(
        Certificat.objects.a_produire().filter(lot=None, emis_le__lt=Now() - SILENCE).values_list("pk", flat=True)[:100]
    )
    for pk in isoles:
        produire_certificat.delay(pk)
    return len(immobiles) + len(isoles)
