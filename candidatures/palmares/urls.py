from django.urls import path

from candidatures.palmares import views

app_name = "palmares"
urlpatterns = [
    path("palmares/", views.index, name="index"),
    path("palmares/<int:annee>/", views.palmares_annee, name="annee"),
    path("palmares/collectivites/<str:code>/", views.certificats_de, name="certificats_de"),
    path("verifier/", views.verification, name="verification"),
    path("verifier/<str:code>/", views.verifier, name="verifier"),
    path("certificats/<str:numero>.pdf", views.telecharger, name="certificat"),
]
