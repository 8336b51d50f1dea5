from collections import Counter

import pytest

from atlaas.selections.calculs import FORMES, NB_CARREAUX, NB_OR, carreler


@pytest.mark.parametrize("graine", range(1, 40))
@pytest.mark.parametrize("familles", ["A", "BD", "ABCDE"])
def test_every_family_is_drawn_with_two_tiles_of_gold(familles: str, graine: int) -> None:
    motif = carreler(familles, graine)
    couleurs = Counter(motif[::2])
    assert len(motif) == 2 * NB_CARREAUX
    assert couleurs.pop("O") == NB_OR
    assert couleurs.keys() == set(familles)
    assert max(couleurs.values()) - min(couleurs.values()) <= 1
    assert set(motif[1::2]) <= set(FORMES)


def test_the_same_selection_keeps_its_cover_and_two_have_two() -> None:
    assert carreler(["E", "A", "A"], 7) == carreler("AE", 7)
    assert len({carreler("ABC", graine) for graine in range(30)}) == 30


def test_without_a_family_all_five_are_drawn() -> None:
    assert set(carreler((), 3)[::2]) == set("ABCDEO")
