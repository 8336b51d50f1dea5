"""What is missing for the next level, before the jury decides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from candidatures.dossiers import permissions
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.niveaux import niveaux as lire_niveaux
from candidatures.dossiers.queries.saisie import chargees
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger


@regle(permissions.peut_voir)
@require_safe
def niveaux(request: HttpRequest, code: str, millesime: int) -> HttpResponse:
    """Each level with its conditions: a page, or the part of it that the mosaïque's page asks for by htmx."""
    dossier = get_object_or_404(chargees(Dossier.objects.all()), collectivite__code=code, campagne__annee=millesime)
    exiger(permissions.peut_voir(request.user, dossier))
    contexte = {
        "dossier": dossier,
        "collectivite": dossier.collectivite,
        "campagne": dossier.campagne,
        "lus": lire_niveaux(dossier),
    }
    est_fragment = "HX-Request" in request.headers
    gabarit = "fragments/prochain_niveau.html" if est_fragment else "niveaux.html"
    return render(request, f"candidatures/dossiers/{gabarit}", contexte)
