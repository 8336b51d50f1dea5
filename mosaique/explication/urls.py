from django.urls import path

from mosaique.explication import views

urlpatterns = [
    path("mosaique/<str:code>/<int:millesime>/pourquoi/", views.pourquoi_indice, name="pourquoi_indice"),
    path("mosaique/<str:code>/<int:millesime>/<str:code_enjeu>/pourquoi/", views.pourquoi_enjeu, name="pourquoi_enjeu"),
]
