"""The development mailbox: open in demonstration mode, not there otherwise."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from villes_internet.socle import courriel
from villes_internet.socle.models import Courriel

pytestmark = pytest.mark.django_db
BOITE = "/developpement/courriels/"


def ecrire(a: str = "a@exemple.fr") -> Courriel:
    texte = "Bonjour,\n\n- un\n- deux\n\nVérifier mon adresse : https://exemple.fr/x\n"
    message = courriel.poster("Bienvenue", texte, courriel.mettre_en_page("Bienvenue", texte), [a])
    assert message is not None
    return message


def test_an_empty_mailbox_says_how_to_fill_it(client: Client) -> None:
    assert "Aucun message" in client.get(BOITE).text


def test_messages_are_listed_and_filtered(client: Client) -> None:
    ecrire()
    courriel.expedier(ecrire("b@exemple.fr").pk)
    page = client.get(BOITE).text
    assert "a@exemple.fr" in page
    assert "Parti" in page
    page = client.get(f"{BOITE}?a=B@exemple.fr").text
    assert "1\xa0message" in page


def test_links_can_be_followed(client: Client) -> None:
    page = client.get(f"{BOITE}{ecrire().pk}/").text
    assert 'href="https://exemple.fr/x"' in page
    assert "<li>deux</li>" in page


def test_the_html_side_is_shown_as_a_mail_reader_would(client: Client) -> None:
    reponse = client.get(f"{BOITE}{ecrire().pk}/html/")
    assert "Vérifier mon adresse</a>" in reponse.text
    assert "style-src 'unsafe-inline'" in reponse["Content-Security-Policy"]
    assert "script-src 'none'" in reponse["Content-Security-Policy"]


@pytest.mark.parametrize("suite", ["", "{pk}/", "{pk}/html/"])
def test_there_is_no_mailbox_outside_demonstration(suite: str, client: Client, settings: Settings) -> None:
    message = ecrire()
    settings.MODE_DEMONSTRATION = False
    assert client.get(BOITE + suite.format(pk=message.pk)).status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_costs_the_same_at_any_size(n: int, client: Client, django_assert_max_num_queries) -> None:
    for _ in range(n):
        ecrire()
    with django_assert_max_num_queries(2):
        client.get(BOITE)
