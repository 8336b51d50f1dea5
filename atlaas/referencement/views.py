from django.conf import settings
from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from atlaas.referencement.sitemaps import PLANS
from villes_internet.socle.acces import public

# A search has endless addresses, an export costs a reading of the whole, and the rest is nobody's else
FERMES = ("/espace/", "/admin/", "/compte/", "/developpement/", "/atlaas/?", "/atlaas/donnees/fiches.", "/api/")


@public
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The index of the site maps."""
    return sitemaps.index(request, sitemaps=PLANS, sitemap_url_name="atlaas:plan_partie")


@public
@require_safe
def partie(request: HttpRequest, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, sitemaps=PLANS, section=section)


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """A demonstration, whose towns say what they never said, is not to be found."""
    fermes = ("/",) if settings.MODE_DEMONSTRATION else FERMES
    lignes = ["User-agent: *", *(f"Disallow: {chemin}" for chemin in fermes)]
    if not settings.MODE_DEMONSTRATION:
        lignes += ["Allow: /api/v1/$", "", f"Sitemap: {settings.ADRESSE_PUBLIQUE}{reverse('atlaas:plan')}"]
    return HttpResponse("\n".join(lignes) + "\n", content_type="text/plain; charset=utf-8")
