import pytest

from mosaique.models import Mosaique
from tests.factories import mosaique as fabrique
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.territoires.models import Collectivite


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    return fabrique.mosaique(bassens)


@pytest.fixture
def enjeu(mosaique: Mosaique) -> EnjeuLu:
    """A1, Démocratie locale."""
    lu = arbre(mosaique.version).enjeu("A1")
    assert lu
    return lu
