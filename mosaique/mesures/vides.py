"""An empty page of the site's layout, for somebody signed in: the yardstick of the page of the mosaïque."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from villes_internet.socle.acces import regle


@regle("connecte")
def page_vide(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "base.html", {})


urlpatterns = [path("mesures/page/", page_vide, name="mesures_page"), path("", include("villes_internet.urls"))]
