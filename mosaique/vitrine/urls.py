from django.urls import path

from mosaique.vitrine import views

urlpatterns = [
    path("mosaique/<str:code>/publique/", views.publique, name="publique"),
    path("mosaique/<str:code>/<int:millesime>/montrer/", views.montrer, name="montrer"),
]
