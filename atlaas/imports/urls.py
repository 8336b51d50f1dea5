from django.urls import path

from atlaas.imports.views import exporter, importer, suivre, tableau

IMPORTER = "espace/<str:code>/fiches/importer/"
urlpatterns = [
    path(IMPORTER, importer.importer, name="importer"),
    path(f"{IMPORTER}modele.<str:format_>", exporter.modele, name="modele"),
    path(f"{IMPORTER}<int:pk>/", suivre.suivre, name="import"),
    path(f"{IMPORTER}<int:pk>/colonnes/", importer.colonnes, name="colonnes_import"),
    path(f"{IMPORTER}<int:pk>/refus.csv", suivre.refus, name="refus_import"),
    path(f"{IMPORTER}<int:pk>/abandonner/", suivre.abandonner, name="abandonner_import"),
    path("espace/<str:code>/fiches/export.<str:format_>", exporter.exporter, name="exporter_fiches"),
    path("espace/<str:code>/fiches/tableau/", tableau.tableau, name="tableau"),
]
