from django.urls import path

from villes_internet.territoires import views

app_name = "territoires"
urlpatterns = [path("collectivites/", views.recherche, name="recherche")]
