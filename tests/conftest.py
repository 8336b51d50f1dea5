from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

pytest_plugins = ["tests.personas"]


@pytest.fixture(autouse=True)
def _isolement(settings: Settings, tmp_path: Path) -> None:
    """Files go to the test's own folder, static files need no build, no task leaves the process."""
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "fichiers", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
