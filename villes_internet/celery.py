"""Celery application: every task lives in a ``tasks`` module of its own room."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "villes_internet.settings")

app = Celery("villes_internet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(
    [f"candidatures.{tranche}" for tranche in ("campagnes", "dossiers", "jury", "palmares", "pilotage")]
)
app.autodiscover_tasks(["mosaique.comparaison", "mosaique.recalcul", "mosaique.restitution", "mosaique.preparation"])
app.autodiscover_tasks(["atlaas.fiches"])
