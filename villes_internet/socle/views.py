from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from villes_internet.socle.acces import public


@public
@never_cache
@require_safe
def sante(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers; what health checks and the proxy ask."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
