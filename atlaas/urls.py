from django.urls import path

from atlaas import views
from atlaas.recherche import urls as recherche

app_name = "atlaas"
urlpatterns = [
    *recherche.urlpatterns,
    path("atlaas/fiches/<int:pk>/modifier/", views.modifier, name="modifier"),
    path("atlaas/fiches/<int:pk>/etat/", views.changer_etat, name="changer_etat"),
    path("atlaas/fiches/<int:pk>-<slug:slug>/", views.action, name="action"),
    path("collectivites/<str:code>/", views.collectivite, name="collectivite"),
    path("espace/<str:code>/fiches/", views.mes_fiches, name="mes_fiches"),
    path("espace/<str:code>/fiches/inspirer/<int:pk>/", views.inspirer, name="inspirer"),
    path("espace/<str:code>/fiches/creer/", views.creer, name="creer"),
]
