"""Two empty pages, of the site's layout and of the panel's: the yardstick of the benchmark."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from villes_internet.socle.acces import public, regle
from villes_internet.urls import urlpatterns as application


@public
def page_vide(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "base.html", {})


@regle("connecte")
def panneau_vide(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "admin/base_site.html", {**admin.site.each_context(request), "title": "Page vide"})


urlpatterns = [
    *application,
    path("mesures/page/", page_vide, name="mesures_page"),
    path("mesures/panneau/", panneau_vide, name="mesures_panneau"),
]
