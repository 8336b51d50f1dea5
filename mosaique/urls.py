from django.urls import path

from mosaique import views

app_name = "mosaique"
urlpatterns = [
    path("mosaique/<str:code>/<int:millesime>/", views.mosaique, name="mosaique"),
    path("mosaique/<str:code>/<int:millesime>/<str:code_enjeu>/", views.enjeu, name="enjeu"),
]
