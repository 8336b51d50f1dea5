from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from atlaas.fiches import queries
from atlaas.fiches.views.pages import candidate
from atlaas.permissions import peut_creer_action
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger

TITRE_MAX = 300


@regle(peut_creer_action)
@require_safe
def doublons(request: HttpRequest, code: str) -> HttpResponse:
    """While the title is typed: the town's own fiches that may say the same."""
    trouvee = candidate(code)
    exiger(peut_creer_action(request.user, trouvee))
    sauf = request.GET.get("sauf", "")
    trouvees = queries.doublons(
        trouvee,
        request.GET.get("titre", "")[:TITRE_MAX].replace("\x00", ""),
        int(sauf) if sauf.isascii() and sauf.isdigit() and len(sauf) < 19 else None,
    )
    return render(request, "atlaas/fiches/fragments/doublons.html", {"doublons": trouvees})
