"""Resemblance, and the rule that no figure is told by difference."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaique.comparaison import calculs
from mosaique.comparaison.calculs import Profil

BASSENS = Profil("commune", 7_500, 820_000, "75")
PROFILS = st.builds(
    Profil,
    st.sampled_from(["commune", "epci"]),
    st.integers(0, 2_000_000),
    st.integers(0, 7_000_000),
    st.sampled_from(["75", "76", ""]),
)
COMPOSITIONS = st.dictionaries(st.integers(1, 12), st.integers(1, 3), max_size=12)


def test_the_distance_is_the_one_that_is_stated() -> None:
    autre = Profil("commune", 15_000, 410_000, "76")
    assert calculs.distance(BASSENS, autre) == pytest.approx(math.log(2) + 0.25 * math.log(2) + 0.2)


def test_a_commune_has_no_twin_among_intercommunalites() -> None:
    assert calculs.jumelles(BASSENS, {1: Profil("epci", 7_500, 7_500, "75")}) == []


@given(PROFILS, PROFILS)
def test_the_distance_is_symmetric_and_null_to_oneself(une: Profil, autre: Profil) -> None:
    assert calculs.distance(une, une) == 0
    assert calculs.distance(une, autre) == calculs.distance(autre, une)


def test_the_twins_are_the_nearest_first() -> None:
    autres = {n: Profil("commune", 7_500 + 100 * n, 820_000, "75") for n in range(1, 31)}
    autres[99] = Profil("commune", 7_500, 820_000, "76")
    trouvees = calculs.jumelles(BASSENS, autres)
    assert len(trouvees) == 20
    assert trouvees[:3] == [1, 2, 3]
    assert trouvees.index(99) == 16  # 0.2 away, as a population 22 % larger: 1 600 inhabitants more or less


@pytest.mark.parametrize(
    ("autre", "dit"),
    [
        (Profil("commune", 8_923, 20_000, "75"), "8\u202f900\u00a0habitants, même région"),
        (Profil("commune", 41, 0, ""), "100\u00a0habitants"),
        (
            Profil("commune", 1_204_000, 900_000, "76"),
            "1\u202f204\u202f000\u00a0habitants, intercommunalité de taille proche",
        ),
    ],
)
def test_the_reason_says_size_region_and_intercommunalite(autre: Profil, dit: str) -> None:
    assert calculs.raison(BASSENS, autre) == dit


@pytest.mark.parametrize(
    ("autre", "attendu"),
    [
        ({1: 1, 2: 2, 3: 3}, 0),
        ({1: 1, 2: 2}, 1),
        ({1: 1, 2: 2, 3: 3, 4: 4}, 1),
        ({1: 1, 2: 2, 4: 4}, 2),
        ({1: 9, 2: 2, 3: 3}, 1),
        ({1: 9, 2: 8, 4: 4}, 4),
    ],
)
def test_a_leaver_a_comer_and_a_new_deposit_count_for_one_each(autre: dict[int, int], attendu: int) -> None:
    assert calculs.ecart({1: 1, 2: 2, 3: 3}, autre) == attendu


def test_the_reader_knows_her_own_figures_and_is_set_aside() -> None:
    assert calculs.ecart({1: 1, 2: 2}, {2: 2}, sauf=1) == 0


@given(COMPOSITIONS, COMPOSITIONS, COMPOSITIONS)
def test_the_difference_is_a_distance(a: dict[int, int], b: dict[int, int], c: dict[int, int]) -> None:
    assert calculs.ecart(a, b) == calculs.ecart(b, a)
    assert (calculs.ecart(a, b) == 0) == (a == b)
    assert calculs.ecart(a, c) <= calculs.ecart(a, b) + calculs.ecart(b, c)


@pytest.mark.parametrize(("partis", "proche"), [(0, False), (1, True), (2, True), (3, False)])
def test_two_compositions_are_too_close_by_one_or_two_members(partis: int, proche: bool) -> None:
    groupe = {n: n for n in range(10)}
    assert calculs.est_trop_proche({n: n for n in range(partis, 10)}, groupe) is proche


def test_the_curve_goes_from_the_first_year_to_the_last() -> None:
    points = calculs.courbe([(2024, 10.0), (2025, 20.5), (2028, 60.0)])
    assert [(p.annee, p.indice, p.x, p.y) for p in points] == [
        (2024, 10, 0, 90),
        (2025, 21, 75, 79),
        (2028, 60, 300, 40),
    ]
    assert calculs.courbe([]) == []
    assert [p.x for p in calculs.courbe([(2027, 5.0)])] == [150]
