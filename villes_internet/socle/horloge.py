"""The database's clock decides deadlines: every web process and worker reads the same one."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import connection

_DECALAGE: ContextVar[timedelta] = ContextVar("decalage", default=timedelta())


def heure_de_la_base() -> datetime:
    """Aware date-time now, in UTC, from PostgreSQL's wall clock (not the transaction's start)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT clock_timestamp()")
        ligne = curseur.fetchone()
    assert ligne is not None
    heure: datetime = ligne[0]
    return heure + _DECALAGE.get()


@contextmanager
def a_partir_de(instant: datetime) -> Iterator[None]:
    """Inside the block the clock starts at ``instant`` and goes on: for replaying a past campaign, and for tests."""
    jeton = _DECALAGE.set(timedelta())
    _DECALAGE.set(instant - heure_de_la_base())
    try:
        yield
    finally:
        _DECALAGE.reset(jeton)
