"""The flat pages of the footer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from villes_internet.socle.acces import public


@public
def page(request: HttpRequest, nom: str) -> HttpResponse:
    """``nom`` comes from the routes, never from the address."""
    return render(request, f"pages/{nom}.html")
