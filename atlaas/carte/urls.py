from django.urls import path

from atlaas.carte import views

urlpatterns = [
    path("atlaas/carte/", views.carte, name="carte"),
    path("atlaas/carte/cellules/", views.cellules, name="carte_cellules"),
]
