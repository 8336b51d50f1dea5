from django.urls import path

from atlaas.selections.views import publiques

urlpatterns = [
    path("atlaas/selections/", publiques.selections, name="selections"),
    path("atlaas/selections/<slug:slug>/", publiques.selection, name="selection"),
    path("atlaas/selections/<slug:slug>/image/<slug:nom>.webp", publiques.image, name="image_selection"),
]
