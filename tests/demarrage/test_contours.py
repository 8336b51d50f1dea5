"""The outlines: every département where it is on the ground."""

import re

import pytest

from villes_internet.demarrage import contours
from villes_internet.demarrage.assets import MODULES


@pytest.fixture(scope="module")
def centres() -> dict[str, tuple[float, float]]:
    trouves = re.findall(r'id="d(\w+)" data-centre="(\d+) (\d+)"', contours.dessiner(MODULES))
    return {code: (float(x), float(y)) for code, x, y in trouves}


def test_every_departement_is_drawn(centres: dict[str, tuple[float, float]]) -> None:
    europe = {f"{n:02}" for n in range(1, 96)} - {"20"} | {"2A", "2B"}
    assert centres.keys() == europe | contours.OUTRE_MER.keys() | contours.COLLECTIVITES.keys()


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [  # where the middle of each is known to be
        ("75", 2.34, 48.86),
        ("33", -0.58, 44.83),
        ("29", -4.06, 48.26),
        ("2A", 8.99, 41.86),
        ("67", 7.55, 48.67),
        ("974", 55.53, -21.13),
        ("973", -53.2, 3.9),
    ],
)
def test_a_departement_stands_where_it_is(
    centres: dict[str, tuple[float, float]], code: str, longitude: float, latitude: float
) -> None:
    x, y = contours.projeter(longitude, latitude)
    assert centres[code] == pytest.approx((x, y), abs=30)  # pixels: some 6 km


@pytest.mark.parametrize(
    ("anneau", "attendu"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], [(0, 2), (0, 0), (2, 0), (2, 2)]),
        ([(5, 5), (6, 5), (6, 6)], []),
    ],
)
def test_what_is_out_of_the_frame_is_cut(anneau: contours.Anneau, attendu: contours.Anneau) -> None:
    assert set(contours.decouper(anneau, (-1, -1, 2, 2))) == set(attendu)
