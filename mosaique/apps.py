from django.apps import AppConfig


class MosaiqueConfig(AppConfig):
    name = "mosaique"
    verbose_name = "Mosaïque des enjeux"
