from django.urls import path

from mosaique.partage.views import confier

ENJEU = "mosaique/<str:code>/<int:millesime>/<str:code_enjeu>/"
urlpatterns = [
    path(f"{ENJEU}confier/", confier.confier, name="confier"),
    path(f"{ENJEU}reprendre/", confier.reprendre, name="reprendre"),
]
