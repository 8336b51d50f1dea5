from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "villes_internet.territoires"
    verbose_name = "Territoires"
