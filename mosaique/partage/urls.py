from django.urls import path

from mosaique.partage.views import competence, confier, confirmer, presence, relire, repondre

ENJEU = "mosaique/<str:code>/<int:millesime>/<str:code_enjeu>/"
urlpatterns = [
    path("mosaique/<str:code>/<int:millesime>/confirmer/", confirmer.confirmer, name="confirmer"),
    path(f"{ENJEU}confier/", confier.confier, name="confier"),
    path(f"{ENJEU}reprendre/", confier.reprendre, name="reprendre"),
    path(f"{ENJEU}liens/", confier.inviter, name="inviter"),
    path(f"{ENJEU}liens/<int:pk>/revoquer/", confier.revoquer, name="revoquer_lien"),
    path(f"{ENJEU}liens/<int:pk>/", relire.relire, name="relire"),
    path(f"{ENJEU}liens/<int:pk>/ecarter/", relire.ecarter, name="ecarter"),
    path(f"{ENJEU}competence/", competence.accepter, name="competence"),
    path(f"{ENJEU}presence/", presence.annoncer, name="presence"),
    path("repondre/<str:jeton>/", repondre.repondre, name="repondre"),
]
