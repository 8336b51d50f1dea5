"""A service may be the intercommunalité's: its own answer proposes the motive, and one accepts."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.partage import actions, queries
from tests.factories import ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
ENJEU = "/mosaique/33032/2027/A1/"
MOTIF = "Compétence de Bordeaux Métropole, qui l’a mis en service"


@pytest.fixture
def metropole(bassens: Collectivite) -> Mosaique:
    """It carries six services of A1, and experiments the seventh."""
    epci = ground.collectivite("Bordeaux Métropole", "243300316", type=TypeCollectivite.EPCI)
    bassens.epci = epci
    bassens.save(update_fields=["epci"])
    mosaique = fabrique.mosaique(epci)
    fabrique.repondre(mosaique, "A1", 3, ["evalue"] + ["en_service"] * 5 + ["experimente"])
    return mosaique


@pytest.fixture
def commune(metropole: Mosaique, bassens: Collectivite) -> Mosaique:
    return fabrique.mosaique(bassens)


@pytest.fixture
def a1(commune: Mosaique) -> EnjeuLu:
    return arbre(commune.version).enjeux[0]


def proposes(mosaique: Mosaique, enjeu: EnjeuLu) -> list[str]:
    competence = queries.competence_de(mosaique, enjeu, mosaique.reponses.get(enjeu=enjeu.pk))
    return [service.code for service in competence.services] if competence else []


def accepter(mosaique: Mosaique, enjeu: EnjeuLu, codes: list[str], par: Utilisateur) -> ReponseEnjeu:
    return actions.accepter_competence(mosaique, enjeu, codes, par=par, a=timezone.now())


def test_what_the_epci_has_in_service_is_proposed_where_the_commune_has_nothing(commune: Mosaique, a1: EnjeuLu) -> None:
    assert proposes(commune, a1) == [f"A1.{rang}" for rang in range(1, 7)]
    fabrique.repondre(commune, "A1", 1, ["programme", "en_service", "non_concerne", "pas_fait"] + ["pas_fait"] * 3)
    assert proposes(commune, a1) == ["A1.4", "A1.5", "A1.6"]


@pytest.mark.parametrize(
    "cas", ["sans EPCI", "EPCI sans mosaïque", "EPCI à confirmer", "à confirmer", "pleine", "figée"]
)
def test_nothing_is_proposed(cas: str, commune: Mosaique, metropole: Mosaique, a1: EnjeuLu) -> None:
    if cas == "sans EPCI":
        commune.collectivite.epci = None
    elif cas == "EPCI sans mosaïque":
        Mosaique.objects.filter(pk=metropole.pk).update(millesime=2026)
    elif cas == "EPCI à confirmer":
        metropole.reponses.update(est_a_confirmer=True)
    elif cas == "à confirmer":
        commune.reponses.update(est_a_confirmer=True)
    elif cas == "pleine":
        fabrique.repondre(commune, "A1", 1, ["non_concerne"] * 4 + ["pas_fait"] * 3)
    else:
        commune.est_figee = True
    assert proposes(commune, a1) == []


def test_accepting_writes_the_motive_and_keeps_the_rest(
    commune: Mosaique, a1: EnjeuLu, redactrice: Utilisateur
) -> None:
    fabrique.repondre(commune, "A1", 2, commentaire="Le nôtre")
    gardee = accepter(commune, a1, ["A1.1", "A1.7"], redactrice)
    assert gardee.services["A1.1"] == {"statut": "non_concerne", "echeance": "", "motif": MOTIF}
    assert gardee.services["A1.7"]["statut"] == "pas_fait"  # only experimented there: not proposed
    assert (gardee.niveau, gardee.commentaire, gardee.modifie_par) == (2, "Le nôtre", redactrice)


def test_at_most_four_of_seven(commune: Mosaique, a1: EnjeuLu, redactrice: Utilisateur) -> None:
    with pytest.raises(TransitionRefusee, match="au plus 4"):
        accepter(commune, a1, ["A1.1", "A1.2", "A1.3", "A1.4", "A1.5"], redactrice)
    accepter(commune, a1, ["A1.1", "A1.2", "A1.3", "A1.4"], redactrice)
    with pytest.raises(TransitionRefusee, match="plus rien à proposer"):
        accepter(commune, a1, ["A1.5"], redactrice)


def test_the_page_proposes_and_one_accepts(
    commune: Mosaique, redactrice: Utilisateur, lectrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(redactrice)
    page = client.get(ENJEU).content.decode()
    assert "Bordeaux Métropole a répondu sur cet enjeu" in page
    assert MOTIF in page
    assert "Bordeaux Métropole a répondu" not in connecte(lectrice).get(ENJEU).content.decode()
    suite = client.post(f"{ENJEU}competence/", {"service": ["A1.2"]}, follow=True).content.decode()
    assert f'value="{MOTIF}"' in suite
    vide = client.post(f"{ENJEU}competence/", {}, follow=True).content.decode()
    assert "Choisissez au moins un service" in vide
    assert client.post("/mosaique/33032/2027/Z9/competence/").status_code == 404


@pytest.mark.parametrize(("nom", "statut"), [("lectrice", 403), ("voisine", 404)])
def test_only_who_fills_accepts(
    nom: str, statut: int, commune: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(f"{ENJEU}competence/", {"service": "A1.1"}).status_code == statut
