from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "villes_internet.socle"
    verbose_name = "Socle"
