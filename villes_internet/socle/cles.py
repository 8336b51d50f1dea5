"""Lists read by key: no count and no offset, so that a far page costs no more than the first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PageDeCles(Generic[T]):
    """``suivante`` is the cursor of the next page, or empty; ``est_premiere`` says that nothing was skipped."""

    lignes: list[T]
    suivante: str
    est_premiere: bool

    @classmethod
    def couper(
        cls, lues: Sequence[T], taille: int, cle: Callable[[T], object], *, est_premiere: bool
    ) -> "PageDeCles[T]":
        """``lues`` holds one row more than ``taille`` where something follows; ``cle`` is the cursor of a row."""
        suivante = str(cle(lues[taille - 1])) if len(lues) > taille else ""
        return cls(list(lues[:taille]), suivante, est_premiere)


def entier(texte: str) -> int | None:
    """A cursor as it comes in an address: a whole number that the database can hold, or nothing."""
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 19 else None
