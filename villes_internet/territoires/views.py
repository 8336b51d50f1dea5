from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from villes_internet.socle.acces import public
from villes_internet.territoires.calculs.noms import MIN_CARACTERES
from villes_internet.territoires.queries import rechercher

LIMITE_PAGE = 20
MAX_CARACTERES = 100


@public
@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    """The search page; the same address gives the options of the combobox (htmx, or ``?fragment=1``)."""
    texte = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_CARACTERES]
    est_fragment = request.headers.get("HX-Request") == "true" or "fragment" in request.GET
    contexte = {
        "q": texte,
        "limite": LIMITE_PAGE,
        "trop_court": 0 < len(texte) < MIN_CARACTERES,
        "resultats": rechercher(texte, 10 if est_fragment else LIMITE_PAGE),
    }
    gabarit = "territoires/fragments/options.html" if est_fragment else "territoires/recherche.html"
    reponse = render(request, gabarit, contexte)
    if est_fragment:
        patch_cache_control(reponse, public=True, max_age=300)
    patch_vary_headers(reponse, ["HX-Request"])
    return reponse
