"""A collectivité shows its mosaïque to everyone only when its référent says so."""

from collections.abc import Callable

import pytest
from django.test import Client

from mosaique.actions import figer
from mosaique.models import Mosaique
from tests.factories import atlaas, mosaique
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
PUBLIQUE = "/mosaique/33032/publique/"
MONTRER = "/mosaique/33032/2027/montrer/"


@pytest.fixture
def ouverte(bassens: Collectivite) -> Mosaique:
    atlaas.fiche(bassens, "A1.1")
    lue = mosaique.mosaique(bassens)
    mosaique.repondre(lue, "A1", 1, commentaire="Entre nous")
    return lue


def test_the_referente_shows_and_hides_it(
    ouverte: Mosaique, referente: Utilisateur, connecte: Connecte, client: Client
) -> None:
    agent = connecte(referente)
    assert client.get(PUBLIQUE).status_code == 404
    assert "Montrer notre mosaïque" in agent.get("/mosaique/33032/2027/").text
    assert agent.post(MONTRER, {"accord": "oui"}).status_code == 302
    assert "Pas encore de mosaïque déposée" in client.get(PUBLIQUE).text
    figer(ouverte, par=None)
    page = client.get(PUBLIQUE).text
    assert "sur 4" in page
    assert "Entre nous" not in page
    assert PUBLIQUE in client.get("/collectivites/33032/").text
    agent.post(MONTRER, {"accord": "non"})
    agent.post(MONTRER, {"accord": "non"})
    assert client.get(PUBLIQUE).status_code == 404
    assert PUBLIQUE not in client.get("/collectivites/33032/").text
    gestes = Evenement.objects.de(ouverte).filter(verbe__contains="montrer").order_by("pk")
    assert [e.verbe for e in gestes] == ["montrer la mosaïque", "ne plus montrer la mosaïque"]


@pytest.mark.parametrize(("nom", "statut"), [("redactrice", 403), ("chargee_de_mission", 403), ("voisine", 404)])
def test_others_do_not(
    nom: str, statut: int, ouverte: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(MONTRER, {"accord": "oui"}).status_code == statut


def test_an_anonymous_visitor_signs_in(ouverte: Mosaique, client: Client) -> None:
    assert client.post(MONTRER, {"accord": "oui"}).status_code == 302
    assert client.get(PUBLIQUE).status_code == 404
