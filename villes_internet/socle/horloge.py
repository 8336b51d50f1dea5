"""The database's clock decides deadlines: every web process and worker reads the same one."""

from datetime import datetime

from django.db import connection


def heure_de_la_base() -> datetime:
    """Aware date-time now, in UTC, from PostgreSQL's wall clock (not the transaction's start)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT clock_timestamp()")
        ligne = curseur.fetchone()
    assert ligne is not None
    heure: datetime = ligne[0]
    return heure
