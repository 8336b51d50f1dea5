"""How far a long transaction has come, told to others before it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


@contextmanager
def hors_transaction() -> Iterator[CursorWrapper]:
    """A cursor of a second connection, which commits each statement: others read at once what it writes, and it stays
    though the caller's transaction falls. It must not touch a row that this transaction holds."""
    autre = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with autre.cursor() as curseur:
            yield curseur
    finally:
        autre.close()
