"""The public page of a collectivité: what it does, what its level means, where it comes from, who is near."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from atlaas.interface import inscrire_distinction
from tests.factories import atlaas, ground
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
PAGE = "/collectivites/33032/"


def test_each_enjeu_names_its_newest_fiches_and_counts_all(bassens: Collectivite, client: Client) -> None:
    for rang in range(5):
        atlaas.fiche(bassens, "A1.1", "A1.2", titre=f"Vote {rang}")
    atlaas.fiche(bassens, "B1.1", titre="Alerte")
    atlaas.fiche(bassens, "B1.1", titre="En cours d’écriture", publiee=False)
    reponse = client.get(PAGE)
    lus = {t.enjeu.code: (t.nb, [f.titre for f in t.fiches]) for t in reponse.context["tenus"]}
    assert lus == {"A1": (5, ["Vote 4", "Vote 3", "Vote 2"]), "B1": (1, ["Alerte"])}
    assert '<a class="discret" href="?enjeu=A1#actions">Voir les 5' in reponse.text


@pytest.mark.parametrize(
    ("ou", "trouvees"), [("?q=votes", ["Vote"]), ("?enjeu=B1", ["Alerte"]), ("?q=alerte&enjeu=A1", [])]
)
def test_its_own_fiches_are_searched(
    ou: str, trouvees: list[str], bassens: Collectivite, bram: Collectivite, client: Client
) -> None:
    atlaas.fiche(bassens, "A1.1", titre="Vote")
    atlaas.fiche(bassens, "B1.1", titre="Alerte")
    atlaas.fiche(bram, "A1.1", titre="Vote d’ailleurs")
    reponse = client.get(PAGE + ou)
    assert [f.titre for f in reponse.context["page"]] == trouvees
    assert ("Aucune action ne correspond" in reponse.text) == (not trouvees)


def test_a_search_too_long_is_said_with_status_400(bassens: Collectivite, client: Client) -> None:
    reponse = client.get(PAGE, {"q": "x" * 201})
    assert (reponse.status_code, "200 caractères au plus" in reponse.text) == (400, False)
    atlaas.fiche(bassens)
    assert "200 caractères au plus" in client.get(PAGE, {"q": "x" * 201}).text


def test_the_level_is_explained_in_plain_words(bassens: Collectivite, client: Client) -> None:
    assert "Ce que veut dire" not in client.get(PAGE).text
    inscrire_distinction(bassens, 2026, 3, est_verte=True, mentions=[])
    page = client.get(PAGE).text
    assert "une vraie politique locale" in page
    assert page.count('class="echelle__ici"') == 1


def test_the_labels_of_merged_communes_stay_on_the_page_of_today_s(bassens: Collectivite, client: Client) -> None:
    partie = ground.collectivite("Vieux-Bassens", "33999", type="commune_deleguee", commune_actuelle=bassens)
    inscrire_distinction(partie, 2012, 2, est_verte=False, mentions=[])
    page = client.get("/collectivites/33999/", follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert "Avant la fusion" in page.text
    assert "<dt>Réunit</dt><dd>Vieux-Bassens</dd>" in page.text


def test_the_neighbours_are_those_of_the_intercommunalite_then_the_nearest(
    bassens: Collectivite, client: Client
) -> None:
    metropole = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO")
    points: list[tuple[str, str, dict[str, Any]]] = [
        ("Loin", "33903", {"latitude": "44.6", "longitude": "-0.5"}),
        ("Près", "33902", {"latitude": "44.91", "longitude": "-0.51"}),
        ("Sœur", "33901", {"latitude": "45.3", "longitude": "-0.5", "epci": metropole}),
        ("Ailleurs", "33904", {"latitude": "48", "longitude": "2"}),
    ]
    for nom, code, champs in points:
        atlaas.fiche(ground.collectivite(nom, code, **champs))
    ground.collectivite("Muette", "33905", latitude="44.9", longitude="-0.5")
    bassens.epci, bassens.latitude, bassens.longitude = metropole, Decimal("44.9"), Decimal("-0.5")
    bassens.save()
    assert [v.nom for v in client.get(PAGE).context["voisines"]] == ["Sœur", "Près", "Loin"]


@pytest.mark.parametrize("nb", [1, 3])
def test_at_most_sixteen_queries(
    nb: int, bassens: Collectivite, client: Client, django_assert_max_num_queries: Any
) -> None:
    for rang in range(nb):
        atlaas.fiche(bassens, "A1.1", "C2.1")
        inscrire_distinction(bassens, 2020 + rang, 2, est_verte=False, mentions=[])
        atlaas.fiche(ground.collectivite(f"Voisine {rang}", epci=bassens.epci))
    client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(PAGE + "?q=fiche&enjeu=A1")
