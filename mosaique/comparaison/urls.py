from django.urls import path

from mosaique.comparaison import views

urlpatterns = [
    path("mosaique/<str:code>/<int:millesime>/comparer/", views.comparer, name="comparer"),
    path("mosaique/<str:code>/<int:millesime>/citation/", views.citation, name="citation"),
]
