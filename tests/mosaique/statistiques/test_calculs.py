"""What may be shown of groups that add up to a whole; shares that add up to a hundred."""

from hypothesis import given
from hypothesis import strategies as st

from mosaique.statistiques.calculs import a_taire, parts


def test_a_small_part_is_silent_and_so_is_the_one_that_would_tell_it() -> None:
    assert a_taire({"a": 20, "b": 12, "c": 9}, 8) == frozenset()
    assert a_taire({"a": 20, "b": 12, "c": 3}, 8) == {"b", "c"}
    assert a_taire({"a": 20, "b": 5, "c": 3}, 8) == {"b", "c"}
    assert a_taire({"a": 20}, 8) == frozenset()
    assert a_taire({"a": 3}, 8) == {"a"}
    assert a_taire({"a": 3, "b": 1}, 1) == frozenset()


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 40)), st.integers(1, 10))
def test_what_is_silent_is_large_enough_not_to_be_told_by_difference(effectifs: dict[str, int], minimum: int) -> None:
    tus = a_taire(effectifs, minimum)
    assert all(n >= minimum for cle, n in effectifs.items() if cle not in tus)
    assert not tus or len(tus) == len(effectifs) or sum(effectifs[cle] for cle in tus) >= minimum


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_shares_add_up_to_a_hundred(nombres: list[int]) -> None:
    pourcents = parts(nombres)
    assert sum(pourcents) == (100 if sum(nombres) else 0)
    for n, pourcent in zip(nombres, pourcents, strict=True):
        assert not sum(nombres) or abs(pourcent - 100 * n / sum(nombres)) < 1
