import pytest

from candidatures.campagnes.models import Campagne
from candidatures.dossiers.models import Dossier
from candidatures.jury import actions
from candidatures.jury.models import Affectation, Jure
from tests.factories import ground
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite, TypeCollectivite


@pytest.fixture
def metropole(db: None) -> Collectivite:
    return ground.collectivite("Bordeaux Métropole", "243300316", type=TypeCollectivite.EPCI)


@pytest.fixture
def bassens(metropole: Collectivite) -> Collectivite:
    return ground.collectivite("Bassens", "33032", epci=metropole)


@pytest.fixture
def campagne(db: None) -> Campagne:
    return fabrique.en_evaluation(ground.campagne())


@pytest.fixture
def dossier(campagne: Campagne, bassens: Collectivite) -> Dossier:
    """Admissible, deposited by Bassens, mosaic at 64."""
    return fabrique.dossier(campagne, bassens)


@pytest.fixture
def jure(db: None, utilisateur_jure: Utilisateur) -> Jure:
    return Jure.objects.create(utilisateur=utilisateur_jure, qualite="Directrice d’un réseau")


@pytest.fixture
def autre_jure(db: None) -> Jure:
    return fabrique.jure("Zoé")


@pytest.fixture
def jure_en_conflit(metropole: Collectivite) -> Jure:
    """Sits in a town of the same EPCI as Bassens."""
    return fabrique.jure("Élise", ground.collectivite("Lormont", "33249", epci=metropole))


@pytest.fixture
def affectations(
    dossier: Dossier, jure: Jure, autre_jure: Jure, chargee_de_mission: Utilisateur
) -> tuple[Affectation, Affectation]:
    """The dossier is open to its two readers."""
    fabrique.affecter_deux(dossier, chargee_de_mission, jure, autre_jure)
    actions.ouvrir_evaluation(dossier, par=chargee_de_mission)
    premiere, seconde = Affectation.objects.select_related(
        "evaluation", "jure__utilisateur", "dossier__campagne", "dossier__collectivite"
    ).order_by("pk")
    return premiere, seconde


@pytest.fixture
def presidente_du_jury(db: None) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Paule"), Role.PRESIDENCE_JURY)
