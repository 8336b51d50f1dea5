from django.urls import path

from atlaas.gardees import views

urlpatterns = [
    path("atlaas/gardees/", views.gardees, name="gardees"),
    path("atlaas/fiches/<int:pk>/garder/", views.garder, name="garder"),
]
