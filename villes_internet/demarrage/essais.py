"""Run a command against a PostgreSQL of its own: DATABASE_URL, else the local server, else the embedded one.

Without ``--commande``: the whole test suite with its coverage, whose threshold is part of the result.
"""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from villes_internet.demarrage.installer import RACINE, dire
from villes_internet.demarrage.postgresql import Grappe

LOCAL = "postgresql://postgres@127.0.0.1:5432"
COUVERTURE_MINIMALE = 95  # percent of lines and branches, all packages together
SUITE = [
    "pytest",
    "-n",
    "auto",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",  # tests/conftest.py says what starts first
    "--cov",
    "--cov-branch",
    "--cov-report=term:skip-covered",
    f"--cov-fail-under={COUVERTURE_MINIMALE}",
]


def serveur_local(usage: str) -> str | None:
    """URL of an empty database of this checkout on the local server; nothing when no server lets us in."""
    nom = f"{usage}_{hashlib.sha256(os.fsencode(RACINE)).hexdigest()[:8]}"
    try:
        with psycopg.connect(f"{LOCAL}/postgres", autocommit=True, connect_timeout=3) as connexion:
            _recreer(connexion, nom)
    except psycopg.OperationalError:
        return None
    return f"{LOCAL}/{nom}"


def _recreer(connexion: psycopg.Connection, nom: str) -> None:
    connexion.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(nom)))
    connexion.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(nom)))


@contextmanager
def base_de_donnees(usage: str = "essais") -> Iterator[str]:
    """URL of a database to work on, alive for the time of the block; empty, unless DATABASE_URL names one."""
    if url := os.environ.get("DATABASE_URL") or serveur_local(usage):
        yield url
        return
    grappe = Grappe(Path(os.environ.get("DONNEES", RACINE / "donnees")), "essais", durable=False)
    grappe.demarrer()
    try:
        with psycopg.connect(grappe.url("postgres"), autocommit=True) as connexion:
            _recreer(connexion, usage)
        yield grappe.url(usage)
    finally:
        grappe.arreter()


def main() -> int:
    arguments = sys.argv[1:]
    commande = arguments[1:] if arguments[:1] == ["--commande"] else [sys.executable, "-m", *SUITE, *arguments]
    with base_de_donnees() as url:
        dire(f"Base de données : {url.rpartition('@')[2].replace('%2F', '/')}")
        # Compiled modules are kept: the suite starts some forty programs, each would compile Django and the rest again.
        environnement = dict(os.environ, DATABASE_URL=url, PYTHONDONTWRITEBYTECODE="")
        enfant = subprocess.Popen(commande, cwd=RACINE, env=environnement)
        for numero in (signal.SIGINT, signal.SIGTERM):
            signal.signal(numero, lambda recu, _cadre: enfant.send_signal(recu))
        return enfant.wait()


if __name__ == "__main__":
    sys.exit(main())
