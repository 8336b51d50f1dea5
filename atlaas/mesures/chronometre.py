"""How long a page takes through the whole stack, and its statements without it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

REPETITIONS = 20
OUTILLAGE = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")


@dataclass(frozen=True, slots=True)
class Mesure:
    """Milliseconds, of the wall but ``processeur``; ``octets`` before compression; ``sql``: its own statements."""

    nom: str
    requetes: int
    octets: int
    mediane: float
    p95: float
    processeur: float
    sql: float


def mesurer_une_page(client: Client, nom: str, url: str) -> Mesure:
    client.get(url)
    with CaptureQueriesContext(connection) as prises:
        reponse = client.get(url, headers={"accept-encoding": "identity"})
    if reponse.status_code != 200:
        raise RuntimeError(f"{url} : {reponse.status_code}")
    ordres = [str(requete["sql"]) for requete in prises.captured_queries]  # now: the next request empties the log
    lectures = [ordre for ordre in ordres if not ordre.startswith(OUTILLAGE)]
    durees, calculs = [], []
    for _ in range(REPETITIONS):
        debut = time.process_time()
        durees.append(chronometrer(lambda: client.get(url)))
        calculs.append((time.process_time() - debut) * 1000)
    return Mesure(
        nom,
        len(ordres),
        len(reponse.content),
        statistics.median(durees),
        statistics.quantiles(durees, n=20)[-1],
        statistics.median(calculs),
        sum(sql_nu(ordre) for ordre in lectures),
    )


def sql_nu(ordre: str, parametres: Any = None, repetitions: int = 0) -> float:
    """Milliseconds of the statement alone, its rows read; the median."""

    def executer() -> None:
        with connection.cursor() as curseur:
            if parametres is None and "%" in ordre:
                curseur.execute(ordre.replace("%", "%%"), [])
            else:
                curseur.execute(ordre, parametres)
            curseur.fetchall()

    return statistics.median(chronometrer(executer) for _ in range(repetitions or REPETITIONS // 2 or 1))


def chronometrer(geste: Callable[[], object]) -> float:
    """Milliseconds."""
    depart = time.perf_counter()
    geste()
    return (time.perf_counter() - depart) * 1000
