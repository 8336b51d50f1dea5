from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlaas.carte.calculs import CELLULES_PAR_COTE, Boite, abscisse, classes, latitude, longitude, ordonnee, rang

DEGRES_X, DEGRES_Y = st.floats(-180, 180), st.floats(-85, 85)


@settings(max_examples=60)
@given(DEGRES_X, DEGRES_Y)
def test_degrees_come_back_from_units(x: float, y: float) -> None:
    assert longitude(abscisse(x)) == pytest.approx(x, abs=1e-5)
    assert latitude(ordonnee(y)) == pytest.approx(y, abs=1e-5)


@settings(max_examples=60)
@given(st.tuples(DEGRES_X, DEGRES_X), st.tuples(DEGRES_Y, DEGRES_Y), st.integers(0, 16))
def test_a_box_never_has_more_cells_than_is_said(xs: tuple[float, float], ys: tuple[float, float], zoom: int) -> None:
    boite = Boite(min(xs), min(ys), max(xs), max(ys))
    x0, y0, x1, y1 = (u >> boite.decalage(zoom) for u in boite.unites)
    assert x1 - x0 < CELLULES_PAR_COTE
    assert y1 - y0 < CELLULES_PAR_COTE
    assert 0 <= boite.part_des_carreaux <= 1


@pytest.mark.parametrize(
    ("nombres", "debuts"),
    [
        ([], []),
        ([0, 0], []),
        ([1, 1, 1], [1]),
        ([3], [1, 2]),
        ([1, 4, 9, 40, 120, 900], [1, 5, 10, 50, 100]),
    ],
)
def test_classes_have_round_bounds(nombres: list[int], debuts: list[int]) -> None:
    lues = classes(nombres)
    assert [c.de for c in lues] == debuts
    assert all(c.a is None or c.a + 1 == suivante.de for c, suivante in pairwise(lues))


def test_a_number_is_of_the_class_that_says_it() -> None:
    bornes = classes([1, 4, 9, 40, 120, 900])
    assert [rang(n, bornes) for n in (0, 1, 4, 5, 99, 100, 5000)] == [0, 1, 1, 2, 4, 5, 5]
