"""The people of the tests (style guide §6). Each fixture gives the user; ``connecte`` gives a signed-in client."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.factories import ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite


@pytest.fixture
def bassens(db: None) -> Collectivite:
    return ground.collectivite("Bassens", "33032")


@pytest.fixture
def bram(db: None) -> Collectivite:
    return ground.collectivite("Bram", "11049", population=3_300, codes_postaux=["11150"])


@pytest.fixture
def redactrice(bassens: Collectivite) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Ronja"), Role.CONTRIBUTEUR, bassens)


@pytest.fixture
def referente(bassens: Collectivite) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Alice"), Role.REFERENT, bassens)


@pytest.fixture
def signataire(bassens: Collectivite) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Simon"), Role.SIGNATAIRE, bassens)


@pytest.fixture
def lectrice(bassens: Collectivite) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Lise"), Role.LECTEUR, bassens)


@pytest.fixture
def voisine(bram: Collectivite) -> Utilisateur:
    """The référente of another town: knows nothing of Bassens."""
    return ground.habiliter(ground.utilisateur("Charlotte"), Role.REFERENT, bram)


@pytest.fixture
def sans_role(db: None) -> Utilisateur:
    return ground.utilisateur("Noé")


@pytest.fixture
def chargee_de_mission(db: None) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Maud"), Role.CHARGE_DE_MISSION)


@pytest.fixture
def administratrice(db: None) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Ada"), Role.ADMINISTRATEUR)


@pytest.fixture
def presidente_du_jury(db: None) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Paule"), Role.PRESIDENCE_JURY)


@pytest.fixture
def utilisateur_jure(db: None) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Jules"), Role.JURE)


@pytest.fixture
def membre_du_comite(db: None) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Odile"), Role.COMITE_ORIENTATION)


@pytest.fixture
def connecte() -> Callable[[Utilisateur], Client]:
    def ouvrir(personne: Utilisateur) -> Client:
        client = Client()
        client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return ouvrir
