from django.urls import path

from atlaas.recherche import views
from atlaas.recherche.flux import FluxRecherche
from villes_internet.socle.acces import public

urlpatterns = [
    path("atlaas/", views.liste, name="liste"),
    path("atlaas/flux.atom", public(FluxRecherche()), name="flux"),
    path("atlaas/suivre/", views.suivre, name="suivre"),
    path("atlaas/recherches/", views.recherches_suivies, name="recherches_suivies"),
    path("atlaas/recherches/<int:pk>/retirer/", views.ne_plus_suivre, name="ne_plus_suivre"),
]
