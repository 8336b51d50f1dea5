from django.urls import path

from atlaas.corrections import views

urlpatterns = [
    path("atlaas/fiches/<int:pk>/corriger/", views.choisir, name="corriger"),
    path("atlaas/fiches/<int:pk>/corriger/<slug:champ>/", views.proposer, name="proposer_correction"),
    path("atlaas/corrections/", views.mes_corrections, name="mes_corrections"),
    path("atlaas/corrections/<int:pk>/", views.correction, name="correction"),
    path("atlaas/corrections/<int:pk>/accepter/", views.accepter, name="accepter_correction"),
    path("atlaas/corrections/<int:pk>/ecarter/", views.ecarter, name="ecarter_correction"),
    path("atlaas/corrections/<int:pk>/reprendre/", views.reprendre, name="reprendre_correction"),
    path("espace/<str:code>/corrections/", views.recues, name="corrections_recues"),
]
