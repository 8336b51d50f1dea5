"""Thin Celery wrappers. The work list is the rows: a lost message or a killed worker loses nothing."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now
from django.utils import timezone

from atlaas.models import ImportFiches

SILENCE = timedelta(seconds=60)  # an import that has not moved for so long is taken up again


@shared_task
def avancer_import(import_pk: int) -> None:
    from atlaas.imports.actions import avancer

    avancer(import_pk)


@shared_task
def reprendre_imports() -> int:
    """Every minute: the imports that stand still are taken up; how many. Those that a worker holds are locked."""
    immobiles = ImportFiches.objects.a_faire().filter(avancement__le__lt=Now() - SILENCE).order_by("pk")
    for pk in (cles := list(immobiles.values_list("pk", flat=True)[:20])):
        avancer_import.delay(pk)
    return len(cles)


@shared_task
def oublier_imports() -> int:
    """Each night: the imports whose thirty days are over are erased, with the rows that they kept; how many."""
    from atlaas.imports.actions import oublier

    return oublier(timezone.now())
