"""What the pages of a dossier load first, and what surrounds them."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from candidatures.dossiers import permissions
from candidatures.dossiers.completude import bloquants, etats_des_etapes, manques
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.echeances import heure_locale, jours_restants
from candidatures.dossiers.queries.saisie import Saisie, chargees
from villes_internet.socle.verdict import exiger
from villes_internet.territoires.models import Collectivite


def collectivite_candidate(code: str) -> Collectivite:
    return get_object_or_404(Collectivite.objects.candidates().select_related("departement"), code=code)


def dossier_visible(request: HttpRequest, pk: int) -> Dossier:
    """The dossier with what its pages show, or 404 for a stranger."""
    dossier = get_object_or_404(chargees(Dossier.objects.all()), pk=pk)
    exiger(permissions.peut_voir(request.user, dossier))
    return dossier


def cadre_du_dossier(request: HttpRequest, dossier: Dossier, courante: str = "") -> dict[str, Any]:
    """What surrounds every page of a dossier: steps, what is missing, deadline, rights."""
    saisie = Saisie(dossier)
    liste = manques(dossier, saisie)
    return {
        "dossier": dossier,
        "collectivite": dossier.collectivite,
        "campagne": dossier.campagne,
        "saisie": saisie,
        "manques": liste,
        "bloquants": bloquants(liste),
        "conseils": [m for m in liste if not m.est_bloquant],
        "etapes": etats_des_etapes(dossier, saisie, liste, courante),
        "jours": jours_restants(dossier.campagne, timezone.now()),
        "heure_locale": heure_locale(dossier.campagne.cloture_le, dossier.collectivite),
        "peut_modifier": permissions.peut_modifier_etape(request.user, dossier, courante),
    }
