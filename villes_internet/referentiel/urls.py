from django.urls import path

from villes_internet.referentiel.views import publiques

app_name = "referentiel"
urlpatterns = [
    path("referentiel/schema-1.json", publiques.schema_json, name="schema"),
    path("referentiel/<slug:code>/questions.pdf", publiques.questions, name="questions"),
    path("referentiel/<slug:code>/questions.xlsx", publiques.classeur, name="classeur"),
]
