from django.urls import path

from atlaas import views
from atlaas.api import urls as api
from atlaas.carte import urls as carte
from atlaas.collectivites import urls as collectivites
from atlaas.corrections import urls as corrections
from atlaas.donnees import urls as donnees
from atlaas.echanges import urls as echanges
from atlaas.fiches import urls as fiches
from atlaas.gardees import urls as gardees
from atlaas.imports import urls as imports
from atlaas.inspirations import urls as inspirations
from atlaas.integration import urls as integration
from atlaas.liens import urls as liens
from atlaas.questions import urls as questions
from atlaas.recherche import urls as recherche
from atlaas.referencement import urls as referencement
from atlaas.selections import urls as selections

app_name = "atlaas"
urlpatterns = [
    *recherche.urlpatterns,
    *carte.urlpatterns,
    *donnees.urlpatterns,
    *api.urlpatterns,
    *referencement.urlpatterns,
    *imports.urlpatterns,
    *integration.urlpatterns,
    *fiches.urlpatterns,
    *liens.urlpatterns,
    path("atlaas/fiches/<int:pk>-<slug:slug>/", views.action, name="action"),
    *collectivites.urlpatterns,
    *echanges.urlpatterns,
    *selections.urlpatterns,
    *questions.urlpatterns,
    *corrections.urlpatterns,
    *gardees.urlpatterns,
    *inspirations.urlpatterns,
]
