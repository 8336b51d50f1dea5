from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from candidatures.dossiers.views.espace import espace
from candidatures.palmares.views import accueil
from villes_internet.socle.views import sante

handler403 = "villes_internet.comptes.views.refuse"
urlpatterns = [
    path("", accueil, name="accueil"),
    path("", include("candidatures.palmares.urls")),
    path("compte/", include("allauth.urls")),
    path("", include("villes_internet.comptes.urls")),
    path("", include("villes_internet.territoires.urls")),
    path("espace/", espace, name="espace"),
    path("", include("candidatures.dossiers.urls")),
    path("", include("villes_internet.referentiel.urls")),
    path("", include("atlaas.urls")),
    path("", include("mosaique.urls")),
    path("sante/", sante, name="sante"),
    path("admin/", admin.site.urls),
    path("pages/", include("villes_internet.socle.pages_urls")),
]

if settings.MODE_DEMONSTRATION:
    urlpatterns += [path("developpement/", include("villes_internet.socle.developpement_urls"))]
