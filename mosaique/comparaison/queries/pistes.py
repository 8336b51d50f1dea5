"""Where to find ideas on a weak tile: fiches of towns like this one, first those that do well and agree to say so."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from atlaas.interface import Piste, pistes
from mosaique.comparaison import calculs
from mosaique.comparaison.queries.groupes import profil
from mosaique.models import Cliche, Mosaique
from mosaique.queries import Tuile
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.territoires.models import Collectivite

FAIBLE = 40  # score under which a tile is weak (domain, §7.3)
BON = 60  # score from which a town does well
NB_TUILES = 6
ANNEES = 2


@dataclass(frozen=True, slots=True)
class Idee:
    """``raison``: why this town is like the reader's."""

    fiche: Piste
    raison: str


@dataclass(frozen=True, slots=True)
class TuileFaible:
    code: str
    nom: str
    score: int
    url: str
    idees: tuple[Idee, ...]


def tuiles_faibles(mosaique: Mosaique, tuiles: Iterable[Tuile]) -> list[TuileFaible]:
    """The weakest tiles with their ideas, at most ``NB_TUILES``; one query, none without a weak tile."""
    faibles = sorted((t for t in tuiles if t.score < FAIBLE), key=lambda t: (t.score, t.code))[:NB_TUILES]
    enjeux = {e.code: e.pk for e in arbre(mosaique.version).enjeux}
    trouvees = pistes(
        {enjeux[t.code]: _qui_avancent(mosaique, t.code) for t in faibles},
        mosaique.collectivite,
        mosaique.date_reference,
    )
    return [
        TuileFaible(
            t.code,
            t.nom,
            calculs.arrondi(float(t.score)),
            t.url,
            _idees(mosaique.collectivite, trouvees.get(enjeux[t.code], ())),
        )
        for t in faibles
    ]


def idees_pour(mosaique: Mosaique, enjeu: EnjeuLu, score: Decimal) -> tuple[Idee, ...]:
    """Of one enjeu, none unless it is weak; one query."""
    if score >= FAIBLE:
        return ()
    trouvees = pistes({enjeu.pk: _qui_avancent(mosaique, enjeu.code)}, mosaique.collectivite, mosaique.date_reference)
    return _idees(mosaique.collectivite, trouvees.get(enjeu.pk, ()))


def _idees(ville: Collectivite, trouvees: Iterable[Piste]) -> tuple[Idee, ...]:
    trouvees = tuple(trouvees)
    if not trouvees:
        return ()
    moi = profil(ville)

    def profil_de(piste: Piste) -> calculs.Profil:
        taille = piste.population if ville.est_intercommunalite else piste.taille_epci
        return calculs.Profil(piste.type, piste.population or 0, taille or 0, piste.region or "")

    return tuple(Idee(piste, calculs.raison(moi, profil_de(piste))) for piste in trouvees)


def _qui_avancent(mosaique: Mosaique, code: str) -> QuerySet[Any, Any]:
    """Keys of the towns of this type that did well on the enjeu lately; only those that agreed to be named.

    Putting another one first would say something of its figures.
    """
    return (
        Cliche.objects.filter(
            collectivite__accord_citation__isnull=False,
            version=mosaique.version_id,
            type=mosaique.collectivite.type,
            millesime__range=(mosaique.millesime - ANNEES + 1, mosaique.millesime),
        )
        .annotate(score=Cast(KT(f"scores__{code}"), DecimalField(max_digits=6, decimal_places=2)))
        .filter(score__gte=BON)
        .values("collectivite")
    )
