from django.urls import path

from atlaas.collectivites import views

urlpatterns = [
    path("collectivites/<str:code>/", views.collectivite, name="collectivite"),
]
