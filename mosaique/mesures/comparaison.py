"""Comparing among every commune of the country: sown in bulk, straight in SQL, then timed."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection

from mosaique.comparaison import actions
from mosaique.comparaison.queries import groupes, page
from mosaique.mesures import semis
from mosaique.models import Cliche, Genre, Mosaique, Releve
from villes_internet.referentiel.models import Version
from villes_internet.territoires.mesures import COMMUNES
from villes_internet.territoires.models import Collectivite

ANNEE = 2100
REPETITIONS = 25
PLAFOND = 50.0  # ms of database time

CLICHES = """
INSERT INTO mosaique_mosaique (millesime, date_reference, indice, nb_renseignes, nb_manques, est_figee,
                               collectivite_id, version_id)
SELECT {annee}, '2100-03-31', 40, 20, 0, true, id, {version} FROM territoires_collectivite WHERE type = 'commune';
INSERT INTO mosaique_cliche (mosaique_id, collectivite_id, millesime, version_id, type, population, strate, departement,
                             region, epci_id, taille_epci, indice, scores, familles, niveaux)
SELECT m.id, c.id, m.millesime, m.version_id, c.type, c.population,
       CASE WHEN c.population >= 100000 THEN 'grande' WHEN c.population >= 20000 THEN 'moyenne'
            WHEN c.population >= 3000 THEN 'petite' ELSE 'village' END,
       c.departement_id, c.region_id, c.epci_id, e.population, round((random() * 100)::numeric, 2), s.scores,
       s.familles, s.niveaux
FROM mosaique_mosaique m
JOIN territoires_collectivite c ON c.id = m.collectivite_id
JOIN territoires_collectivite e ON e.id = c.epci_id
CROSS JOIN LATERAL (
    SELECT (SELECT jsonb_object_agg(code, round((random() * 100)::numeric, 2)::text)
            FROM unnest(%s::text[]) code WHERE c.id > 0) scores,
           (SELECT jsonb_object_agg(code, round((random() * 100)::numeric, 2)::text)
            FROM unnest(%s::text[]) code WHERE c.id > 0) familles,
           (SELECT jsonb_object_agg(code, floor(random() * 5)::int)
            FROM unnest(%s::text[]) code WHERE c.id > 0) niveaux
) s
WHERE m.millesime = {annee};
"""


def _semer() -> Version:
    version = semis.version_de_2027()
    enjeux = [f"{famille}{rang}" for famille in "ABCDE" for rang in range(1, 5)]
    with connection.cursor() as curseur:
        curseur.execute("SELECT setseed(0.5)")
        for requete in CLICHES.format(annee=ANNEE, version=version.pk).strip().rstrip(";").split(";"):
            curseur.execute(requete, [enjeux, list("ABCDE"), enjeux] if "%s" in requete else None)
        curseur.execute("ANALYZE")
    return version


def _sql(gestes: Callable[[], object]) -> float:
    """Milliseconds spent in the database by ``gestes``."""
    durees: list[float] = []

    def chronometrer(execute: Callable[..., object], *args: object) -> object:
        depart = time.perf_counter()
        try:
            return execute(*args)
        finally:
            durees.append((time.perf_counter() - depart) * 1000)

    with connection.execute_wrapper(chronometrer):
        gestes()
    return sum(durees)


def mesurer(communes: int = COMMUNES) -> Iterator[str]:
    """Lines to print: database time of each comparison, against the ceiling; the time of the release of every group."""
    depart = time.monotonic()
    version = _semer()
    yield f"Comparaison : {communes} clichés semés en {time.monotonic() - depart:.0f} s"
    depart = time.monotonic()
    nb = actions.publier_partages()
    yield f"  {nb} groupes partagés publiés par la tâche en {time.monotonic() - depart:.1f} s"
    ville = Collectivite.objects.select_related("epci").filter(code="C1").get()
    village = (
        Collectivite.objects.select_related("epci")
        .filter(type=ville.type, population__gte=95)
        .earliest("population", "pk")
    )
    mosaique = Mosaique(collectivite=ville, millesime=ANNEE, version=version, date_reference=date(ANNEE, 3, 31))
    cles = groupes.cles_partagees(ville)

    def vivant(cliches: Callable[[], object]) -> Callable[[], object]:
        return lambda: groupes.statistiques(list(groupes.composition(cliches()).values()))  # type: ignore[arg-type]

    gestes: dict[str, Callable[[], object]] = {
        "strate (relevé)": lambda: page.releves_de(mosaique, Genre.STRATE),
        "département (relevé)": lambda: page.releves_de(mosaique, Genre.DEPARTEMENT),
        "jumelles (calculées)": vivant(lambda: groupes.jumelles(ville, ANNEE, version.pk)),
        "jumelles d’un village (calculées)": vivant(lambda: groupes.jumelles(village, ANNEE, version.pk)),
        "intercommunalité (calculée)": vivant(
            lambda: groupes.cliches_du_groupe(Genre.EPCI, cles[Genre.EPCI], ANNEE, version.pk).only("collectivite_id")
        ),
        "département (calculé)": vivant(
            lambda: groupes.cliches_du_groupe(Genre.DEPARTEMENT, cles[Genre.DEPARTEMENT], ANNEE, version.pk).only(
                "collectivite_id"
            )
        ),
    }
    temoin = statistics.median(_sql(lambda: Cliche.objects.filter(pk=1).first()) for _ in range(REPETITIONS))
    yield f"  {'médianes et quartiles':34} {'base, médiane':>14} {'p95':>9} {'× une ligne':>12}  {PLAFOND:.0f} ms"
    for nom, geste in gestes.items():
        durees = [_sql(geste) for _ in range(REPETITIONS)]
        mediane, p95 = statistics.median(durees), statistics.quantiles(durees, n=20)[-1]
        verdict = "tenu" if p95 < PLAFOND else "DÉPASSÉ"
        yield f"  {nom:34} {mediane:11.1f} ms {p95:6.1f} ms {mediane / temoin:12.1f}  {verdict}"
    plus_grand = Releve.objects.defer("membres", "cliches").order_by("-n").first()
    if plus_grand:
        yield f"  le plus grand groupe : {plus_grand.cle}, {plus_grand.n} membres"
