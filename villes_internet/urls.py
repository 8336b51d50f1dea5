from django.contrib import admin
from django.urls import include, path

from villes_internet.socle.views import sante

urlpatterns = [
    path("compte/", include("allauth.urls")),
    path("", include("villes_internet.comptes.urls")),
    path("sante/", sante, name="sante"),
    path("admin/", admin.site.urls),
    path("pages/", include("villes_internet.socle.pages_urls")),
]
