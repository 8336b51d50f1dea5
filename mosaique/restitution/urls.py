from django.urls import path

from mosaique.restitution import views

urlpatterns = [
    path("mosaique/<str:code>/<int:millesime>/diagnostic/", views.diagnostic, name="diagnostic"),
    path("mosaique/<str:code>/<int:millesime>/diagnostic/<str:nom>", views.fichier, name="diagnostic_fichier"),
]
