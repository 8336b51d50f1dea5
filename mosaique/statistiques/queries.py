"""Figures of every frozen mosaïque together, aggregated by the database over the clichés.

Scores are rounded to the point before they are counted, so that the quartiles come from a count by point and not from
a sort of every figure; they are interpolated as everywhere else. Index quartiles are those of the exact index.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max

from mosaique.comparaison.calculs import arrondi
from mosaique.models import Cliche
from villes_internet.referentiel.calculs import Lien

TOUTES = ""  # of strata, of regions
NB_NIVEAUX = 5
NB_TRANCHES = 10
AVANT, APRES = 0, 1  # which of the two medians a row of CROISSANCES gives


@dataclass(frozen=True, slots=True)
class Effectif:
    """How many clichés of a year, a version, a stratum and a region; ``ecrit_le``: the latest one."""

    millesime: int
    version_id: int
    strate: str
    region: str
    n: int
    ecrit_le: datetime


@dataclass(frozen=True, slots=True)
class Perimetre:
    """The mosaïques of a year under one version, of one stratum and region or of all."""

    millesime: int
    version_id: int
    strate: str = TOUTES
    region: str = TOUTES


@dataclass(frozen=True, slots=True)
class Distribution:
    """``quartiles``: lower, median, upper, in whole points; ``niveaux``: members at each supported level, 0 to 4."""

    n: int
    quartiles: tuple[int, int, int]
    niveaux: tuple[int, ...] = ()

    @property
    def etendue(self) -> int:
        """Width of the box between the quartiles, which stays visible."""
        return max(self.quartiles[2] - self.quartiles[0], 1)


@dataclass(frozen=True, slots=True)
class Indices:
    """The index M: of the whole, by stratum, by region, by year; ``tranches``: members by ten points, 0–9 to 90–100."""

    tout: Distribution | None
    strates: Mapping[str, Distribution]
    regions: Mapping[str, Distribution]
    millesimes: Mapping[int, Distribution]
    tranches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Croissance:
    """Medians of the same ``n`` collectivités in an earlier year and in this one, in whole points."""

    n: int
    avant: int
    apres: int

    @property
    def ecart(self) -> int:
        return self.apres - self.avant

    @property
    def recul(self) -> int:
        return -self.ecart


def effectifs() -> list[Effectif]:
    """Every year, version, stratum and region that has clichés, latest year first; one query on the index."""
    groupes = ("millesime", "version", "strate", "region")
    lus = Cliche.objects.order_by("-millesime", *groupes[1:]).values_list(*groupes)
    return [Effectif(*ligne) for ligne in lus.annotate(n=Count("pk"), ecrit_le=Max("ecrit_le"))]


def _quantile(p: float) -> str:
    """Linear interpolation between the two points around rank ``p`` × (total − 1), from counts accumulated by point."""
    rang = f"{p} * (total - 1)"
    bas, haut = (f"min(points) FILTER (WHERE rang > {f}({rang}))" for f in ("floor", "ceil"))
    return f"{bas} + ({haut} - {bas}) * (max({rang}) - floor(max({rang})))"


# Scores and levels are counted apart: each count is small, and runs on several processes.
PAR_ENJEU = f"""
WITH membres AS NOT MATERIALIZED (
    SELECT strate, scores, niveaux FROM mosaique_cliche
    WHERE millesime = %(millesime)s AND version_id = %(version_id)s
      AND (%(strate)s = '' OR strate = %(strate)s) AND (%(region)s = '' OR region = %(region)s)
), scores AS MATERIALIZED (
    SELECT key code, strate, round(value::float8)::int points, count(*) n
    FROM membres, jsonb_each_text(scores) GROUP BY 1, 2, 3
), niveaux AS MATERIALIZED (
    SELECT key code, strate, value::int niveau, count(*) n
    FROM membres, jsonb_each_text(niveaux) GROUP BY 1, 2, 3
), cumules AS (
    SELECT code, coalesce(strate, '') strate, points,
           sum(sum(n)) OVER (PARTITION BY code, strate ORDER BY points) rang,
           sum(sum(n)) OVER (PARTITION BY code, strate) total
    FROM scores GROUP BY GROUPING SETS ((code, points), (code, strate, points))
), par_niveau AS (
    SELECT code, coalesce(strate, '') strate,
           {", ".join(f"sum(n) FILTER (WHERE niveau = {i}) n{i}" for i in range(NB_NIVEAUX))}
    FROM niveaux GROUP BY GROUPING SETS ((code), (code, strate))
)
SELECT code, strate, max(total), {", ".join(_quantile(p) for p in (0.25, 0.5, 0.75))},
       {", ".join(f"coalesce(max(n{i}), 0)" for i in range(NB_NIVEAUX))}
FROM cumules LEFT JOIN par_niveau USING (code, strate) GROUP BY code, strate
"""  # noqa: S608 - constants of ours; values are parameters


def par_enjeu(perimetre: Perimetre) -> dict[str, dict[str, Distribution]]:
    """{enjeu code: {stratum, or ``TOUTES`` for the whole perimeter: distribution}}; one query."""
    trouves: dict[str, dict[str, Distribution]] = {}
    for code, strate, n, *figures in _lire(PAR_ENJEU, _parametres(perimetre)):
        quartiles, niveaux = figures[:3], figures[3:]
        trouves.setdefault(code, {})[strate] = Distribution(int(n), _points(quartiles), tuple(map(int, niveaux)))
    return trouves


_QUARTILES = "percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY indice::float8)"
_ANNEE = "millesime = %(millesime)s AND version_id = %(version_id)s"
_STRATE = "(%(strate)s = '' OR strate = %(strate)s)"
_REGION = "(%(region)s = '' OR region = %(region)s)"
INDICES = f"""
SELECT 'tout', '', count(*), {_QUARTILES} FROM mosaique_cliche WHERE {_ANNEE} AND {_STRATE} AND {_REGION}
UNION ALL SELECT 'strates', strate, count(*), {_QUARTILES} FROM mosaique_cliche WHERE {_ANNEE} AND {_REGION} GROUP BY 2
UNION ALL SELECT 'regions', region, count(*), {_QUARTILES} FROM mosaique_cliche WHERE {_ANNEE} AND {_STRATE} GROUP BY 2
UNION ALL SELECT 'millesimes', millesime::text, count(*), {_QUARTILES} FROM mosaique_cliche
          WHERE {_STRATE} AND {_REGION} GROUP BY 2
UNION ALL SELECT 'tranches', least(floor(indice / {100 // NB_TRANCHES}), {NB_TRANCHES - 1})::int::text, count(*), NULL
          FROM mosaique_cliche WHERE {_ANNEE} AND {_STRATE} AND {_REGION} GROUP BY 2
"""  # noqa: S608 - constants of ours; values are parameters


def indices(perimetre: Perimetre) -> Indices:
    """Each dimension keeps the choices made in the two others; one query."""
    lus: dict[str, dict[str, Distribution]] = {"tout": {}, "strates": {}, "regions": {}, "millesimes": {}}
    tranches = [0] * NB_TRANCHES
    for dimension, cle, n, quartiles in _lire(INDICES, _parametres(perimetre)):
        if dimension == "tranches":
            tranches[int(cle)] = n
        elif n:
            lus[dimension][cle] = Distribution(n, _points(quartiles))
    millesimes = {int(annee): lus["millesimes"][annee] for annee in sorted(lus["millesimes"], reverse=True)}
    return Indices(lus["tout"].get(TOUTES), lus["strates"], lus["regions"], millesimes, tuple(tranches))


# Each town's scores in the two years, carried to the codes of this year's version, then the medians of both.
CROISSANCES = f"""
WITH liens AS (
    SELECT version_id, code, array_agg(ancien) anciens, array_agg(poids) poids
    FROM unnest(%(versions)s::bigint[], %(anciens)s::text[], %(nouveaux)s::text[], %(poids)s::float8[])
         l (version_id, ancien, code, poids)
    GROUP BY version_id, code
), portes AS (
    SELECT l.code, (c.scores ->> l.code)::float8 apres,
           CASE WHEN cardinality(l.anciens) = 1 THEN (a.scores ->> l.anciens[1])::float8
                ELSE (SELECT sum((a.scores ->> o.ancien)::float8 * o.poids) / sum(o.poids)
                      FROM unnest(l.anciens, l.poids) o (ancien, poids) WHERE a.scores ? o.ancien) END avant
    FROM mosaique_cliche c
    JOIN mosaique_cliche a ON a.collectivite_id = c.collectivite_id AND a.millesime = %(depuis)s
    JOIN liens l ON l.version_id = a.version_id
    WHERE c.millesime = %(millesime)s AND c.version_id = %(version_id)s
      AND (%(strate)s = '' OR c.strate = %(strate)s) AND (%(region)s = '' OR c.region = %(region)s)
), comptes AS (
    SELECT code, GROUPING(avant_) quand, coalesce(avant_, apres_) points, count(*) n
    FROM (SELECT code, round(avant)::int avant_, round(apres)::int apres_ FROM portes
          WHERE avant IS NOT NULL AND apres IS NOT NULL) arrondis
    GROUP BY GROUPING SETS ((code, avant_), (code, apres_))
), cumules AS (
    SELECT *, sum(n) OVER (PARTITION BY code, quand ORDER BY points) rang, sum(n) OVER (PARTITION BY code, quand) total
    FROM comptes
)
SELECT code, quand, max(total), {_quantile(0.5)} FROM cumules GROUP BY code, quand
"""  # noqa: S608 - constants of ours; values are parameters


def croissances(perimetre: Perimetre, depuis: int, liens: Mapping[int, Iterable[Lien]]) -> dict[str, Croissance]:
    """{enjeu code: how its median moved since the year ``depuis``, for the collectivités of both years}; one query.

    ``liens``: {version key: what its enjeux become in the perimeter's version}; who answered another one is left out.
    """
    plats = [(version, lien) for version, liste in liens.items() for lien in liste if lien.nouveau]
    parametres = _parametres(perimetre) | {
        "depuis": depuis,
        "versions": [version for version, _ in plats],
        "anciens": [lien.ancien for _, lien in plats],
        "nouveaux": [lien.nouveau for _, lien in plats],
        "poids": [float(lien.poids) for _, lien in plats],
    }
    medianes = {(code, quand): (int(n), arrondi(m)) for code, quand, n, m in _lire(CROISSANCES, parametres)}
    return {
        code: Croissance(n, avant, medianes[code, APRES][1])
        for (code, quand), (n, avant) in medianes.items()
        if quand == AVANT
    }


def _parametres(perimetre: Perimetre) -> dict[str, Any]:
    return {nom: getattr(perimetre, nom) for nom in ("millesime", "version_id", "strate", "region")}


def _lire(requete: str, parametres: Mapping[str, Any]) -> list[Any]:
    """Without just-in-time compilation: on these queries it costs more than it saves."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL jit = off")
        curseur.execute(requete, parametres)
        lignes: list[Any] = curseur.fetchall()
        return lignes


def _points(quartiles: Sequence[float]) -> tuple[int, int, int]:
    bas, mediane, haut = (arrondi(valeur) for valeur in quartiles)
    return bas, mediane, haut
