from django.urls import path

from mosaique.preparation import views

FICHIERS = "mosaique/<str:code>/<int:millesime>/fichiers/"
urlpatterns = [
    path(FICHIERS, views.fichiers, name="fichiers"),
    path(f"{FICHIERS}classeur.xlsx", views.classeur, name="classeur"),
    path(f"{FICHIERS}reponses.<str:format_>", views.exporter, name="exporter"),
    path(f"{FICHIERS}import/<int:pk>/", views.importer, name="importer"),
]
