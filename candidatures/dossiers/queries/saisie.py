"""What has been typed in a dossier, loaded once for a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from atlaas import interface as atlaas
from candidatures.dossiers.models import ActionPresentee, Dossier, Piece, Section
from candidatures.dossiers.queries.echeances import date_d_eligibilite

Reponses = Mapping[str, Any]


@dataclass(frozen=True)
class Saisie:
    """What has been typed so far: sections, presented fiches, pieces, each loaded once, when first asked for."""

    dossier: Dossier

    @cached_property
    def sections(self) -> dict[str, Section]:
        return {s.etape: s for s in self.dossier.sections.select_related("modifie_par")}

    @cached_property
    def presentees(self) -> list[ActionPresentee]:
        return list(presentees_de(self.dossier))

    @cached_property
    def pieces(self) -> list[Piece]:
        return list(self.dossier.pieces.presentes())

    def reponses(self, etape: str) -> Reponses:
        section = self.sections.get(etape)
        return section.donnees if section else {}

    def version(self, etape: str) -> int:
        section = self.sections.get(etape)
        return section.numero_version if section else 0


def presentees_de(dossier: Dossier) -> QuerySet[ActionPresentee]:
    """With their fiche and ``est_eligible``."""
    eligibles = atlaas.actions_eligibles(dossier.collectivite, date_d_eligibilite(dossier.campagne))
    return dossier.actions_presentees.select_related("action").annotate(
        est_eligible=Exists(eligibles.filter(pk=OuterRef("action_id")))
    )


def chargees(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """With what every page of a dossier shows."""
    return dossiers.select_related(
        "campagne",
        "collectivite__departement",
        "collectivite__region",
        "collectivite__epci",
        "mosaique__version",
        "mosaique__collectivite",
        "approuve_par",
    )


def reponses_precedentes(dossier: Dossier, etape: str) -> Section | None:
    """The same step in the last dossier of an earlier campaign."""
    return (
        Section.objects.filter(
            etape=etape,
            dossier__collectivite_id=dossier.collectivite_id,
            dossier__campagne__annee__lt=dossier.campagne.annee,
        )
        .select_related("dossier__campagne")
        .order_by("-dossier__campagne__annee")
        .first()
    )
