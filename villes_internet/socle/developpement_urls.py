"""Routes of the demonstration mode only."""

from django.urls import path

from villes_internet.socle import developpement

app_name = "developpement"
urlpatterns = [
    path("composants/", developpement.composants, name="composants"),
]
