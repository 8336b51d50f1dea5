from django.urls import path

from villes_internet.referentiel import views

app_name = "referentiel"
urlpatterns = [path("referentiel/schema-1.json", views.schema_json, name="schema")]
