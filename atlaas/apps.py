from django.apps import AppConfig


class AtlaasConfig(AppConfig):
    name = "atlaas"
    verbose_name = "Atlaas"
