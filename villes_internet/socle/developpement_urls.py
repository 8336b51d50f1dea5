"""Routes of the demonstration mode only."""

from django.urls import path

from villes_internet.socle import boite, developpement

app_name = "developpement"
urlpatterns = [
    path("composants/", developpement.composants, name="composants"),
    path("courriels/", boite.courriels, name="courriels"),
    path("courriels/<int:pk>/", boite.courriel, name="courriel"),
    path("courriels/<int:pk>/html/", boite.courriel_html, name="courriel_html"),
]
