from django.urls import path

from atlaas.liens import views

urlpatterns = [
    path("espace/<str:code>/fiches/liens/", views.liens, name="liens"),
    path("atlaas/liens/<int:pk>/remplacer/", views.remplacer, name="remplacer_lien"),
    path("atlaas/liens/<int:pk>/garder/", views.garder, name="garder_lien"),
]
