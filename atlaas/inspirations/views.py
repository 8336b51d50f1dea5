from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from atlaas.inspirations.queries import chaine
from atlaas.models import Action
from villes_internet.socle.acces import public


@public
@require_safe
def inspirations(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole chain of a public fiche: where the idea comes from, where it went."""
    fiche = get_object_or_404(Action.objects.publiees().select_related("collectivite"), pk=pk)
    contexte = {"action": fiche, "collectivite": fiche.collectivite, "chaine": chaine(fiche)}
    return render(request, "atlaas/inspirations/chaine.html", contexte)
