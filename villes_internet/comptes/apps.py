from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "villes_internet.comptes"
    verbose_name = "Comptes"
