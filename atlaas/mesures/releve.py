"""The search through the whole stack, against the bare SQL of its heaviest query, in one run."""

import statistics
import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

REPETITIONS = 20
PLAFOND_P95 = 150.0  # ms
RECHERCHES = {
    "sans critère": "",
    "un mot fréquent": "q=médiathèque",
    "deux mots": "q=budget participatif",
    "un mot rare": "q=mot3000",
    "une région": "region=R3",
    "mot, région et taille": "q=atelier&region=R3&strate=village",
    "mot mal écrit": "q=mediateque lunaire",
}


def mesurer() -> Iterator[str]:
    """Lines to print: queries, bytes, median and p95 of each search, ratio to its heaviest query alone."""
    client = Client(headers={"accept-encoding": "gzip"})
    yield f"  {'recherche':26} {'requêtes':>8} {'octets':>8} {'médiane':>10} {'p95':>10} {'SQL nu':>9} {'rapport':>8}"
    for nom, parametres in RECHERCHES.items():
        yield _relever(client, nom, f"/atlaas/?{parametres}")
    yield _pages(client)


def _relever(client: Client, nom: str, url: str) -> str:
    _chronometrer(lambda: client.get(url))
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(url)
    lues = requetes.captured_queries  # now: the log is emptied by the next request
    lourde = max(lues, key=lambda requete: float(requete["time"]))["sql"]
    nue = statistics.median(_sql_nu(lourde) for _ in range(REPETITIONS))
    durees = [_chronometrer(lambda: client.get(url)) for _ in range(REPETITIONS)]
    mediane, p95 = statistics.median(durees), statistics.quantiles(durees, n=20)[-1]
    return (
        f"  {nom:26} {len(lues):8} {len(reponse.content):8} {mediane:7.1f} ms {p95:7.1f} ms {nue:6.1f} ms"
        f" {mediane / nue:8.1f}  {'tenu' if p95 < PLAFOND_P95 else 'DÉPASSÉ'}"
    )


def _pages(client: Client) -> str:
    """The first page, and the thousandth, reached by its place as who has followed the links."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT qualite, action_id FROM atlaas_entree ORDER BY qualite DESC, action_id DESC OFFSET 23976 LIMIT 1"
        )
        loin = curseur.fetchone()
    if loin is None:
        return "  page 1 000 : il n’y a pas mille pages"
    premiere = statistics.median(_chronometrer(lambda: client.get("/atlaas/")) for _ in range(REPETITIONS))
    url = f"/atlaas/?apres=q{loin[0]}_{loin[1]}"
    millieme = statistics.median(_chronometrer(lambda: client.get(url)) for _ in range(REPETITIONS))
    return f"  page 1 {premiere:.1f} ms, page 1 000 {millieme:.1f} ms : rapport {millieme / premiere:.2f}"


def _sql_nu(sql: str) -> float:
    def executer() -> None:
        with connection.cursor() as curseur:
            curseur.execute(sql.replace("%", "%%") if "%" in sql else sql, [] if "%" in sql else None)
            curseur.fetchall()

    return _chronometrer(executer)


def _chronometrer(geste: Callable[[], object]) -> float:
    """Milliseconds."""
    depart = time.perf_counter()
    geste()
    return (time.perf_counter() - depart) * 1000
