from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from candidatures.pilotage.permissions import peut_simuler, peut_voir_qui_bouge
from candidatures.pilotage.simulation.queries import campagnes_lues, simuler
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.referentiel.models import Version
from villes_internet.socle.acces import regle
from villes_internet.socle.verdict import exiger

M = TypeVar("M", bound=Model)


@require_safe
@regle(peut_simuler)
def simulation(request: HttpRequest) -> HttpResponse:
    """Who would move, had the rules of a version (a draft, as a rule) been those of a campaign already read."""
    personne = personne_connectee(request)
    exiger(peut_simuler(personne))
    nominative = peut_voir_qui_bouge(personne)
    campagnes = list(campagnes_lues(publiees=not nominative))
    versions = list(Version.objects.filter(est_historique=False).order_by("-code"))
    contexte: dict[str, object] = {"campagnes": campagnes, "versions": versions, "est_nominative": bool(nominative)}
    campagne = _choisie(campagnes, request.GET.get("campagne", ""))
    version = _choisie(versions, request.GET.get("version", ""))
    if campagne and version:
        contexte |= {"campagne": campagne, "version": version, "lue": simuler(campagne, version)}
    return rendre(request, "candidatures/pilotage/simulation.html", contexte)


def _choisie(objets: Sequence[M], cle: str) -> M | None:
    """The one asked for; the newest without a choice, or with one that does not exist."""
    return next((objet for objet in objets if str(objet.pk) == cle), objets[0] if objets else None)
