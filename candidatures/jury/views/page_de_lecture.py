"""The dossier beside the grid."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from candidatures.dossiers.queries.lecture import lecture
from candidatures.jury.etats import EtatEvaluation
from candidatures.jury.forms import Grille
from candidatures.jury.models import Affectation, Synthese
from candidatures.jury.permissions import affectations_visibles_par, peut_noter, peut_se_recuser
from candidatures.jury.queries import autres_totaux, suivante_a_lire
from candidatures.jury.views.cadre import ROUTE_PIECE
from villes_internet.admin_site import rendre
from villes_internet.comptes.permissions import personne_connectee


def page_de_lecture(
    request: HttpRequest, affectation: Affectation, grille: Grille, *, status: int = 200
) -> HttpResponse:
    dossier, evaluation, personne = affectation.dossier, affectation.evaluation, personne_connectee(request)
    visibles = affectations_visibles_par(personne).filter(dossier__campagne=dossier.campagne)
    contexte = {
        "affectation": affectation,
        "dossier": dossier,
        "lecture": lecture(dossier, route_piece=ROUTE_PIECE),
        "evaluation": evaluation,
        "grille": grille,
        "lignes": grille.lignes(),
        "echelle": dossier.campagne.echelle,
        "points_forts": grille["points_forts"].value() if grille.is_bound else evaluation.points_forts,
        "pistes": grille["pistes"].value() if grille.is_bound else evaluation.pistes,
        "noter": peut_noter(personne, affectation),
        "recuser": peut_se_recuser(personne, affectation),
        "suivante": suivante_a_lire(visibles, affectation),
    } | _ce_que_disent_les_autres(affectation)
    return rendre(request, "candidatures/jury/lecture.html", contexte, status=status)


def _ce_que_disent_les_autres(affectation: Affectation) -> dict[str, Any]:
    """Nothing before one's own reading is submitted."""
    if affectation.evaluation.etat != EtatEvaluation.SOUMISE:
        return {"est_soumise": False, "autres": [], "synthese": None, "difference": None}
    synthese = Synthese.objects.filter(dossier=affectation.dossier).first()
    return {
        "est_soumise": True,
        "autres": autres_totaux(affectation),
        "synthese": synthese,
        "difference": _difference(synthese),
    }


def _difference(synthese: Synthese | None) -> int | None:
    """Proposed level minus last year's; None without a proposal or without a last year."""
    if synthese is None or synthese.precedent is None or synthese.proposition is None:
        return None
    return synthese.proposition - synthese.precedent
