import pytest

from atlaas.models import Entree
from tests.factories import atlaas
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("latitude", "longitude", "part_x", "part_y"),
    [
        (0.0, 0.0, 0.5, 0.5),
        (48.8566, 2.3522, 0.506534, 0.344032),  # Paris
        (-20.8789, 55.4481, 0.654023, 0.559306),  # Saint-Denis de La Réunion
        (90.0, -180.0, 0.0, 0.0),  # the pole is at the end of the map's world
    ],
)
def test_a_row_stands_on_the_map_where_its_point_is(
    bassens: Collectivite, latitude: float, longitude: float, part_x: float, part_y: float
) -> None:
    fiche = atlaas.fiche(bassens)
    Entree.objects.filter(action=fiche).update(latitude=latitude, longitude=longitude)
    lue = Entree.objects.get(action=fiche)
    assert (lue.abscisse / 2**26, lue.ordonnee / 2**26) == pytest.approx((part_x, part_y), abs=1e-4)
    assert lue.carreau == lue.abscisse // 2**18 * 256 + lue.ordonnee // 2**18


def test_a_row_without_a_point_is_in_no_square(bassens: Collectivite) -> None:
    fiche = atlaas.fiche(bassens)
    Entree.objects.filter(action=fiche).update(latitude=None, longitude=None)
    lue = Entree.objects.get(action=fiche)
    assert (lue.abscisse, lue.carreau) == (None, None)
