"""The development mailbox: in demonstration mode, every message is read here instead of leaving."""

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from villes_internet.socle.acces import public
from villes_internet.socle.courriel import blocs
from villes_internet.socle.models import Courriel

PAR_PAGE = 30


def _en_demonstration() -> None:
    if not settings.MODE_DEMONSTRATION:
        raise Http404


@public
@never_cache
@require_safe
def courriels(request: HttpRequest) -> HttpResponse:
    """The last messages first; ``?a=`` keeps those of one address."""
    _en_demonstration()
    messages = Courriel.objects.order_by("-pk").defer("texte", "html", "pieces")
    adresse = request.GET.get("a", "").strip().lower()
    if adresse:
        messages = messages.filter(a__contains=[adresse])
    page = Paginator(messages, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "developpement/courriels.html", {"page": page, "adresse": adresse})


@public
@never_cache
@require_safe
def courriel(request: HttpRequest, pk: int) -> HttpResponse:
    _en_demonstration()
    message = get_object_or_404(Courriel, pk=pk)
    contexte = {"courriel": message, "blocs": blocs(message.texte), "pieces": [nom for nom, _, _ in message.pieces]}
    return render(request, "developpement/courriels_detail.html", contexte)


@public
@never_cache
@require_safe
@csp_replace({"style-src": ["'unsafe-inline'"], "script-src": ["'none'"]})  # type: ignore[arg-type] # its stub knows no URL parameter
def courriel_html(request: HttpRequest, pk: int) -> HttpResponse:
    """The message as a mail reader shows it: they only know inline styles."""
    _en_demonstration()
    return HttpResponse(get_object_or_404(Courriel, pk=pk).html)
