"""Celery application: every task lives in a ``tasks`` module of its own room."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "villes_internet.settings")

app = Celery("villes_internet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()  # those of the Django apps; a slice is none
TRANCHES = [
    *(f"candidatures.{tranche}" for tranche in ("campagnes", "dossiers", "jury", "palmares", "pilotage")),
    *(f"mosaique.{tranche}" for tranche in ("comparaison", "preparation", "recalcul", "restitution")),
    *(f"atlaas.{tranche}" for tranche in ("donnees", "fiches", "imports", "liens", "recherche")),
]
app.autodiscover_tasks(TRANCHES)
