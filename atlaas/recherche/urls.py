from django.urls import path

from atlaas.recherche import views

urlpatterns = [
    path("atlaas/", views.liste, name="liste"),
]
