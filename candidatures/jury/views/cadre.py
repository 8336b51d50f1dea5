"""What several pages of the jury load, and the tabs of their lists."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from candidatures.campagnes.models import Campagne
from candidatures.campagnes.queries import campagne_courante
from candidatures.jury.forms import Grille
from candidatures.jury.models import Affectation
from candidatures.jury.permissions import affectations_visibles_par, peut_lire
from villes_internet.comptes.permissions import personne_connectee
from villes_internet.socle.verdict import exiger

ROUTE_PIECE = "admin:jury_piece"


def campagne_suivie() -> Campagne:
    campagne = campagne_courante()
    if campagne is None:
        raise Http404
    return campagne


def filtre_choisi(filtres: Any, valeur: str | None, defaut: Any) -> Any:
    return filtres(valeur) if valeur in filtres.values else defaut


def onglets(filtres: Any, courant: Any) -> list[dict[str, Any]]:
    return [{"libelle": f.label, "url": f"?filtre={f.value}", "est_courant": f == courant} for f in filtres]


def affectation_a_lire(request: HttpRequest, pk: int) -> Affectation:
    """The juror's assignment on this dossier; a conflict, a recusal or another juror's dossier is a 404."""
    affectation: Affectation = get_object_or_404(
        affectations_visibles_par(request.user)
        .select_related(
            "evaluation",
            "jure__utilisateur",
            "dossier__campagne",
            "dossier__collectivite__departement",
            "dossier__collectivite__region",
            "dossier__collectivite__epci",
            "dossier__mosaique__version",
        )
        .prefetch_related("dossier__campagne__criteres"),
        dossier=pk,
    )
    exiger(peut_lire(personne_connectee(request), affectation))
    return affectation


def grille_de(affectation: Affectation, donnees: Any = None) -> Grille:
    campagne = affectation.dossier.campagne
    evaluation = affectation.evaluation
    return Grille(
        list(campagne.criteres.all()),
        {n.critere_id: n for n in evaluation.notes.all()},
        campagne.echelle,
        donnees,
    )
