"""What the calendar sends, the worker knows: a module of tasks that nobody imports is a task that never runs."""

from pathlib import Path

import pytest
from django.conf import settings

from villes_internet.celery import TRANCHES

RACINE = Path(settings.BASE_DIR)
DOSSIERS = ("villes_internet", "candidatures", "mosaique", "atlaas")
MODULES = sorted(
    ".".join(f.parent.relative_to(RACINE).parts) for dossier in DOSSIERS for f in (RACINE / dossier).rglob("tasks.py")
)


@pytest.mark.parametrize("salle", MODULES)
def test_the_worker_imports_every_module_of_tasks(salle: str) -> None:
    assert salle in TRANCHES or salle in settings.INSTALLED_APPS


@pytest.mark.parametrize("nom", sorted(e["task"] for e in settings.CELERY_BEAT_SCHEDULE.values()))
def test_the_calendar_sends_tasks_that_exist(nom: str) -> None:
    assert nom.rsplit(".tasks.", 1)[0] in MODULES
