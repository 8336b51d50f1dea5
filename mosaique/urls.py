from django.urls import include, path

from mosaique import views

app_name = "mosaique"
urlpatterns = [
    path("", include("mosaique.explication.urls")),
    path("", include("mosaique.partage.urls")),
    path("", include("mosaique.comparaison.urls")),
    path("", include("mosaique.preparation.urls")),
    path("", include("mosaique.restitution.urls")),
    path("", include("mosaique.vitrine.urls")),
    path("mosaique/<str:code>/<int:millesime>/", views.mosaique, name="mosaique"),
    path("mosaique/<str:code>/<int:millesime>/<str:code_enjeu>/", views.enjeu, name="enjeu"),
]
