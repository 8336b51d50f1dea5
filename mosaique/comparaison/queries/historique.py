"""A town's own years in the vocabulary of this year's référentiel, and the years that its peers answered in another."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.urls import reverse

from mosaique.calculs import Bareme, indice
from mosaique.comparaison import calculs
from mosaique.models import Cliche, Mosaique
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre, reporter_les_scores


@dataclass(frozen=True, slots=True)
class AnneeLue:
    """``indice``: what the curve shows, None where nothing links its version to this one; ``note``: how or why."""

    annee: int
    indice: Decimal | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AnneeAilleurs:
    """A year whose dossiers follow another version; ``url``: the town's own comparison of that year, if it has one."""

    annee: int
    version: str
    url: str


def annees_lues(mosaique: Mosaique, aujourd_hui: Decimal) -> tuple[AnneeLue, ...]:
    """Each frozen year since the first dossier, and today's index for the mosaïque's own; oldest first.

    Of another version, the scores are carried by the correspondances and the index counted again with this year's
    weights. One query, and two more for each other version.
    """
    passes = Cliche.objects.filter(collectivite=mosaique.collectivite, millesime__lt=mosaique.millesime)
    versions = {mosaique.version_id: mosaique.version}
    lues = []
    for annee, version_id, ancien, scores in passes.order_by("millesime").values_list(
        "millesime", "version", "indice", "scores"
    ):
        if version_id not in versions:
            versions[version_id] = Version.objects.get(pk=version_id)
        version = versions[version_id]
        lues.append(
            AnneeLue(annee, ancien)
            if version == mosaique.version
            else _reportee(annee, version, ancien, scores, mosaique)
        )
    return (*lues, AnneeLue(mosaique.millesime, aujourd_hui))


def _reportee(annee: int, version: Version, ancien: Decimal, scores: Mapping[str, str], mosaique: Mosaique) -> AnneeLue:
    portes = reporter_les_scores({code: Decimal(score) for code, score in scores.items()}, version, mosaique.version)
    alors = f"{calculs.arrondi(float(ancien))} alors, avec « {version} »"
    connus = [
        (score, enjeu.est_transversal)
        for enjeu in arbre(mosaique.version).enjeux
        if (score := (portes or {}).get(enjeu.code)) is not None
    ]
    if not connus:
        return AnneeLue(annee, None, f"{alors} ; rien ne le relie à « {mosaique.version} »")
    reporte = indice(connus, Bareme.depuis(mosaique.version.bareme))
    sur = len(arbre(mosaique.version).enjeux)
    return AnneeLue(annee, reporte, f"reporté sur {len(connus)} des {sur} enjeux ({alors})")


def annees_ailleurs(mosaique: Mosaique, miennes: tuple[AnneeLue, ...]) -> tuple[AnneeAilleurs, ...]:
    """Earlier years in which enough collectivités of this type answered another version, latest first; one query.

    Their medians are not those of this year's enjeux, and a median is not carried: they are compared where they stand,
    with what the town answered then.
    """
    autres: Any = (
        Cliche.objects.filter(type=mosaique.collectivite.type, millesime__lt=mosaique.millesime)
        .exclude(version=mosaique.version_id)
        .order_by("-millesime", "version__code")
        .values_list("millesime", "version__libelle")
        .annotate(n=Count("pk"))
        .filter(n__gte=calculs.NB_MINIMUM)
    )
    possedees = {lue.annee for lue in miennes}
    code = mosaique.collectivite.code
    return tuple(
        AnneeAilleurs(annee, libelle, reverse("mosaique:comparer", args=[code, annee]) if annee in possedees else "")
        for annee, libelle, _ in autres
    )
