"""What may be said of groups that add up to a whole, and shares of a count. Pure, no Django."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

C = TypeVar("C")


def a_taire(effectifs: Mapping[C, int], minimum: int) -> frozenset[C]:
    """Keys of the parts of a whole that cannot be shown to whoever must not recognise a member.

    A part below ``minimum`` members is silent; so is the smallest of the others as long as the silent ones together
    are below it too: the whole less the parts that are shown would tell them.
    """
    tus = {cle for cle, n in effectifs.items() if n < minimum}
    restants = sorted((n, str(cle), cle) for cle, n in effectifs.items() if cle not in tus)
    while tus and restants and sum(effectifs[cle] for cle in tus) < minimum:
        tus.add(restants.pop(0)[2])
    return frozenset(tus)


def parts(nombres: Sequence[int]) -> list[int]:
    """Whole percentages that add up to 100 (largest remainders); zeros when there is nothing to share."""
    total = sum(nombres)
    if not total:
        return [0] * len(nombres)
    entiers = [100 * n // total for n in nombres]
    restes = sorted(range(len(nombres)), key=lambda i: (-(100 * nombres[i] % total), i))
    for i in restes[: 100 - sum(entiers)]:
        entiers[i] += 1
    return entiers
