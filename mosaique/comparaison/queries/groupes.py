"""Who is in a group, its statistics, and what was already shown of it."""

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Abs, Greatest, Ln
from django.utils import timezone
from django.utils.formats import date_format

from mosaique.comparaison import calculs
from mosaique.models import Cliche, Genre, GroupeChoisi, Releve
from villes_internet.territoires.models import Collectivite

CHAMPS = {Genre.STRATE: "strate", Genre.DEPARTEMENT: "departement", Genre.EPCI: "epci"}
# Quartiles by linear interpolation (percentile_cont), over every figure of the clichés given.
QUARTILES = """
WITH membres AS (SELECT indice, scores, familles FROM mosaique_cliche WHERE id = ANY(%s)),
valeurs (nature, code, valeur) AS (
    SELECT 'indice', '', indice::float8 FROM membres
    UNION ALL SELECT 'enjeux', key, value::float8 FROM membres, jsonb_each_text(scores)
    UNION ALL SELECT 'familles', key, value::float8 FROM membres, jsonb_each_text(familles)
)
SELECT nature, code, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY valeur)
FROM valeurs GROUP BY nature, code HAVING count(*) >= %s
"""


def cles_partagees(ville: Collectivite) -> dict[Genre, str]:
    """{kind: key} of the groups shared by their members that the collectivité belongs to."""
    cles = {Genre.STRATE: f"{ville.type}:{ville.strate}"}
    if ville.departement_id:
        cles[Genre.DEPARTEMENT] = f"{ville.type}:{ville.departement_id}"
    if ville.epci_id:
        cles[Genre.EPCI] = f"{ville.type}:{ville.epci_id}"
    return cles


def cliches_du_groupe(genre: Genre, cle: str, millesime: int, version_id: int) -> QuerySet[Cliche]:
    """Those of a shared group, by its key."""
    type_, _, valeur = cle.partition(":")
    return Cliche.objects.filter(millesime=millesime, version=version_id, type=type_, **{CHAMPS[genre]: valeur})


def profil(ville: Collectivite) -> calculs.Profil:
    """One query unless the intercommunalité is loaded."""
    intercommunalite = ville if ville.est_intercommunalite else ville.epci
    taille = intercommunalite.population if intercommunalite else 0
    return calculs.Profil(ville.type, ville.population or 0, taille or 0, ville.region_id or "")


def _ecart_log(champ: str, valeur: int) -> Abs:
    return Abs(Ln(Greatest(F(champ), Value(1)), output_field=FloatField()) - Value(math.log(max(valeur, 1))))


BANDES = (0.15, 0.5, math.inf)  # of |ln population|, tried in turn


def jumelles(ville: Collectivite, millesime: int, version_id: int) -> list[Cliche]:
    """The twins, nearest first; the order is that of ``calculs.jumelles``, computed where the rows are.

    Outside a band of population a distance is above the band's width: when enough are found below it, they are the
    nearest of all, and the index on the population has spared the others.
    """
    moi = profil(ville)
    p = max(moi.population, 1)
    candidats = _par_distance(moi, millesime, version_id).exclude(collectivite=ville)
    proches: list[Any] = []
    for bande in BANDES:
        if bande < math.inf:
            bas = p * math.exp(-bande)
            bornes = (math.ceil(bas) if bas > 1 else 0, math.floor(p * math.exp(bande)))
            proches = list(candidats.filter(population__range=bornes)[: calculs.NB_JUMELLES])
        else:
            proches = list(candidats[: calculs.NB_JUMELLES])
        if len(proches) == calculs.NB_JUMELLES and proches[-1].distance < bande:
            break
    return proches


def _par_distance(moi: calculs.Profil, millesime: int, version_id: int) -> QuerySet[Any]:
    region = Case(
        When(region=moi.region, then=Value(0.0)), default=Value(calculs.POIDS_REGION), output_field=FloatField()
    )
    return (
        Cliche.objects.filter(millesime=millesime, version=version_id, type=moi.type)
        .annotate(
            distance=_ecart_log("population", moi.population)
            + Value(calculs.POIDS_EPCI) * _ecart_log("taille_epci", moi.taille_epci)
            + region
        )
        .order_by("distance", "collectivite_id")  # the key: « collectivite » would join, and sort by its name
        .only("collectivite_id")
    )


def cliches_choisis(ville: Collectivite, millesime: int, version_id: int) -> QuerySet[Cliche]:
    """Of the towns that the collectivité picked, those that deposited that year."""
    return Cliche.objects.filter(
        millesime=millesime,
        version=version_id,
        collectivite__in=GroupeChoisi.membres.through.objects.filter(groupechoisi__collectivite=ville).values(
            "collectivite"
        ),
    )


def composition(cliches: Iterable[Cliche]) -> dict[int, int]:
    """{collectivité: cliché}."""
    return {c.collectivite_id: c.pk for c in cliches}


def statistiques(cliches: Collection[int]) -> dict[str, Any]:
    """The figures of a ``Releve``, whole points; a code known of fewer than ``NB_MINIMUM`` members is left out."""
    chiffres: dict[str, Any] = {"indice": [], "enjeux": {}, "familles": {}}
    with connection.cursor() as curseur:
        curseur.execute(QUARTILES, [list(cliches), calculs.NB_MINIMUM])
        for nature, code, quartiles in curseur.fetchall():
            points = [calculs.arrondi(q) for q in quartiles]
            if nature == "indice":
                chiffres["indice"] = points
            else:
                chiffres[nature][code] = points
    return chiffres


def montres(millesime: int, version_id: int, ville: Collectivite | None = None) -> QuerySet[Releve]:
    """Every release of a year that a reader of ``ville`` may hold: the shared ones, and those of her own groups.

    Without ``ville``, the shared ones: what a member of several groups may hold together.
    """
    qui = Q(collectivite=None) | Q(collectivite=ville) if ville else Q(collectivite=None)
    return Releve.objects.filter(qui, millesime=millesime, version=version_id).order_by("-publie_le", "-pk")


def trop_proche(
    composition_: Mapping[int, int], releves: QuerySet[Releve], *, sauf: int | None = None
) -> Releve | None:
    """The latest release that, beside this composition, would tell about one or two members; None when there is none.

    A release that differs by at most two members holds one of any three members of the composition: the index on the
    members finds them without reading the others.
    """
    temoins = sorted(composition_.keys() - {sauf})[: calculs.ECART_MINIMUM]
    n = len(composition_)
    candidats = releves.filter(
        membres__overlap=temoins, n__range=(n - calculs.ECART_MINIMUM, n + calculs.ECART_MINIMUM)
    )
    return next((r for r in candidats if calculs.est_trop_proche(composition_, r.composition, sauf=sauf)), None)


def trop_peu(n: int, millesime: int) -> str:
    """« 5 collectivités de ce groupe ont déposé en 2026 : il en faut au moins 8, il en manque 3. »"""
    ont = "collectivités de ce groupe ont déposé" if n > 1 else "collectivité de ce groupe a déposé"
    manque = calculs.NB_MINIMUM - n
    return (
        f"{n or 'Aucune'} {ont} en {millesime} : il en faut au moins {calculs.NB_MINIMUM} pour qu’aucune ne soit "
        f"reconnaissable, il en manque {manque}."
    )


def trop_ressemblant(montre: Releve) -> str:
    jour = date_format(timezone.localtime(montre.publie_le), "j F Y")
    return (
        "Ce groupe diffère d’une ou deux collectivités d’un groupe que vous pouvez déjà lire "
        f"(« {montre.get_genre_display()} », relevé du {jour}) : les deux ensemble diraient leurs chiffres. "
        f"Changez-en au moins {calculs.ECART_MINIMUM}."
    )
