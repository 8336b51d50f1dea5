"""A page answers or says that it cannot: the database never keeps a visitor waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

DELAI = 4.0  # seconds that a statement of a public page may take


class TropLong(Exception):
    """The database was stopped; the message is a French sentence."""

    def __init__(self) -> None:
        super().__init__(
            "Cette recherche demande trop de temps pour l’instant. Précisez-la, par un mot plus rare ou un critère, "
            "ou réessayez dans une minute."
        )


@contextmanager
def lectures_bornees(delai: float = DELAI) -> Iterator[None]:
    """One transaction in which a statement is stopped after so many seconds. Raises ``TropLong``."""
    try:
        with transaction.atomic():
            with connection.cursor() as curseur:
                curseur.execute("SELECT set_config('statement_timeout', %s, true)", [f"{delai * 1000:.0f}"])
            yield
    except OperationalError as erreur:
        if isinstance(erreur.__cause__, QueryCanceled):
            raise TropLong from erreur
        raise
