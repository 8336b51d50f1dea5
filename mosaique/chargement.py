"""The mosaïque that an address names, for whoever may see it."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from mosaique.models import Mosaique
from mosaique.permissions import peut_voir_mosaique
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import CANDIDATES


def mosaique_visible(request: HttpRequest, code: str, millesime: int) -> Mosaique:
    """With its collectivité and its version; 404 for a stranger, 403 with its reason for the wrong role."""
    trouvee = get_object_or_404(
        Mosaique.objects.select_related("collectivite", "version"),
        collectivite__code=code,
        collectivite__type__in=CANDIDATES,
        millesime=millesime,
    )
    exiger(peut_voir_mosaique(request.user, trouvee))
    return trouvee
