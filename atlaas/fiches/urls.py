from django.urls import path

from atlaas.fiches.views import ecrire, etats, image, liste

urlpatterns = [
    path("atlaas/fiches/<int:pk>/modifier/", ecrire.modifier, name="modifier"),
    path("atlaas/fiches/<int:pk>/etat/", etats.changer_etat, name="changer_etat"),
    path("atlaas/fiches/<int:pk>/image/<slug:nom>.webp", image.image, name="image"),
    path("espace/<str:code>/fiches/", liste.mes_fiches, name="mes_fiches"),
    path("espace/<str:code>/fiches/inspirer/<int:pk>/", ecrire.inspirer, name="inspirer"),
    path("espace/<str:code>/fiches/creer/", ecrire.creer, name="creer"),
]
