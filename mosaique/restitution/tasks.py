"""Thin Celery wrappers. The work list is the rows without files: a lost message or a killed worker loses nothing."""

from datetime import timedelta

from celery import shared_task
from django.db.models.functions import Now

from mosaique.models import Diagnostic

SILENCE = timedelta(seconds=90)  # a diagnostic that is not there after so long is set going again


@shared_task
def produire_diagnostic(diagnostic_pk: int) -> None:
    from mosaique.restitution.actions import produire

    produire(diagnostic_pk)


@shared_task
def reprendre_diagnostics() -> int:
    """Every minute: the diagnostics asked for and never made are set going again; how many."""
    perdus = Diagnostic.objects.a_produire().filter(demande_le__lt=Now() - SILENCE).values_list("pk", flat=True)[:20]
    for pk in (cles := list(perdus)):
        produire_diagnostic.delay(pk)
    return len(cles)
