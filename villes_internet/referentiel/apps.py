from django.apps import AppConfig


class ReferentielConfig(AppConfig):
    name = "villes_internet.referentiel"
    verbose_name = "Référentiel"
