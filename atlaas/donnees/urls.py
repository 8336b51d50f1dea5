from django.urls import path, register_converter

from atlaas.donnees import views
from atlaas.donnees.exports import FORMATS


class Extension:
    """One of the formats; any other address is a 404."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Extension, "extension")

urlpatterns = [
    path("atlaas/donnees/", views.donnees, name="donnees"),
    path("atlaas/donnees/fiches.<extension:extension>", views.export, name="donnees_export"),
    path("atlaas/donnees/archives/<str:nom>", views.fichier, name="donnees_fichier"),
    path("atlaas/donnees/schema.json", views.schema, name="donnees_schema"),
    path("atlaas/donnees/datapackage.json", views.paquet, name="donnees_paquet"),
    path("atlaas/donnees/catalogue.jsonld", views.catalogue, name="donnees_catalogue"),
]
