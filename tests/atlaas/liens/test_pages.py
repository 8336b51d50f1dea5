"""Where the author sees a link worth a look, and mends it in one click."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from atlaas import actions as coeur
from atlaas.liens import actions
from atlaas.models import Action, AdresseLiee, Constat, LienDeFiche
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
LE = datetime(2026, 11, 2, 8, tzinfo=UTC)
URL, VERS = "http://ville.fr/page", "https://autre.fr/la-page"
LISTE = "/espace/33032/fiches/liens/"


def trouve(fiche: Action, url: str = URL, constat: str = Constat.DEPLACE, place: str = "lien", **champs: Any) -> Any:
    """A finding about a link of the fiche."""
    champs = {"vers": VERS if constat == Constat.DEPLACE else "", "depuis_le": LE, "nb_de_suite": 1, **champs}
    adresse, _ = AdresseLiee.objects.get_or_create(url=url, defaults={"hote": "ville.fr", "constat": constat, **champs})
    return LienDeFiche.objects.create(action=fiche, adresse=adresse, place=place)


@pytest.fixture
def fiche(bassens: Collectivite) -> Action:
    return atlaas.fiche(bassens, titre="Le vélobus", lien=URL)


@pytest.fixture
def lien(fiche: Action) -> LienDeFiche:
    signale: LienDeFiche = trouve(fiche)
    return signale


def gestes(lien: LienDeFiche) -> list[str]:
    return [f"/atlaas/liens/{lien.pk}/remplacer/", f"/atlaas/liens/{lien.pk}/garder/"]


def test_the_author_sees_it_and_nobody_else(
    lien: LienDeFiche, redactrice: Utilisateur, voisine: Utilisateur, connecte: Connecte, client: Client
) -> None:
    adresse = lien.action.get_absolute_url()
    page = connecte(redactrice).get(adresse).text
    assert "mène maintenant à une autre adresse" in page
    assert VERS in page
    assert gestes(lien)[0] in page
    for autre in (client, connecte(voisine)):
        assert "autre adresse" not in autre.get(adresse).text


def test_the_lists_of_the_town_say_it(lien: LienDeFiche, redactrice: Utilisateur, connecte: Connecte) -> None:
    client = connecte(redactrice)
    page = client.get("/espace/33032/fiches/").text
    assert "1\u00a0fiche publiée a un lien" in page
    assert "lien à revoir" in page
    page = client.get(LISTE).text
    assert "Le vélobus" in page
    assert gestes(lien)[1] in page
    LienDeFiche.objects.all().delete()
    assert "lien à revoir" not in client.get("/espace/33032/fiches/").text
    assert "Tous les liens répondent" in client.get(LISTE).text


def test_one_click_replaces_and_the_history_says_it(
    lien: LienDeFiche, redactrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(redactrice)
    corps = {"numero_version": "1", "retour": LISTE}
    reponse = client.post(gestes(lien)[0], corps)
    assert reponse.headers["Location"] == LISTE
    fiche = Action.objects.get()
    assert (fiche.lien, fiche.version, fiche.services.count()) == (VERS, 2, 1)
    assert Evenement.objects.get(verbe="remplacer un lien").donnees == {"de": URL, "vers": VERS}
    assert VERS in client.get(LISTE).text, "the sentence of what was done"
    assert "Tous les liens répondent" in client.get(LISTE).text
    assert "Quelqu’un a enregistré" in client.post(gestes(lien)[0], corps, follow=True).text
    encore = client.post(gestes(lien)[0], {"numero_version": "2"}, follow=True)
    assert "ne peut plus être remplacé" in encore.text
    assert Action.objects.get().version == 2


@pytest.mark.parametrize("lu", ["0", "", "x", "²", "99"])
def test_a_page_read_before_another_save_changes_nothing(
    lu: str, lien: LienDeFiche, redactrice: Utilisateur, connecte: Connecte
) -> None:
    page = connecte(redactrice).post(gestes(lien)[0], {"numero_version": lu}, follow=True).text
    assert "Rien n’a été changé" in page
    assert Action.objects.get().lien == URL


def test_a_link_of_the_description_is_replaced_in_its_place(fiche: Action, referente: Utilisateur) -> None:
    texte = f"[Ici]({URL}), [là]({URL}/autre)."
    fiche = coeur.modifier_action(
        fiche, par=referente, numero_version=1, services=fiche.services.all(), description=texte
    )
    lien = trouve(fiche, place="description")
    mendee = actions.remplacer(lien, numero_version=2, par=referente, a=LE)
    assert mendee.description == f"[Ici]({VERS}), [là]({URL}/autre)."
    assert mendee.lien == URL, "the other place is another link"


@pytest.mark.parametrize("description", ["Un texte sans lien.", f"[Ici]({URL})" + " a" * 2_486])
def test_what_cannot_be_replaced_is_said(description: str, fiche: Action, referente: Utilisateur) -> None:
    Action.objects.update(description=description)
    fiche.refresh_from_db()
    lien = trouve(fiche, place="description")
    with pytest.raises(TransitionRefusee, match="corrigez-le dans la fiche"):
        actions.remplacer(lien, numero_version=1, par=referente, a=LE)


def test_only_a_moved_link_is_replaced(fiche: Action, redactrice: Utilisateur, connecte: Connecte) -> None:
    lien = trouve(fiche, constat=Constat.ABSENT, code=404)
    page = connecte(redactrice).get(LISTE).text
    assert "ne répond plus depuis le 2 novembre 2026" in page
    assert "remplacer/" not in page
    connecte(redactrice).post(gestes(lien)[0], {"numero_version": "1"})
    assert Action.objects.get().lien == URL


def test_a_link_kept_is_silent_until_something_else_is_found(
    lien: LienDeFiche, redactrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(redactrice)
    assert client.post(gestes(lien)[1]).headers["Location"] == lien.action.get_absolute_url()
    assert not LienDeFiche.objects.a_dire().exists()
    assert Evenement.objects.get(verbe="garder un lien").par == redactrice
    AdresseLiee.objects.update(vers="https://ailleurs.fr/")
    assert LienDeFiche.objects.a_dire().exists()
    assert "l’accueil du site" in client.get(LISTE).text


@pytest.mark.parametrize(("nom", "statut"), [("lectrice", 403), ("voisine", 403), ("chargee_de_mission", 403)])
def test_mending_is_for_those_who_write(
    nom: str, statut: int, lien: LienDeFiche, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    """The fiche is public, so that a neighbour may know it exists: she is told whose it is."""
    client = connecte(request.getfixturevalue(nom))
    for geste in gestes(lien):
        assert client.post(geste, {"numero_version": "1"}).status_code == statut
    assert Action.objects.get().lien == URL
    assert not LienDeFiche.objects.exclude(garde_constat="").exists()


def test_the_list_is_for_the_town(
    lien: LienDeFiche, lectrice: Utilisateur, voisine: Utilisateur, connecte: Connecte, client: Client
) -> None:
    page = connecte(lectrice).get(LISTE)
    assert (page.status_code, "remplacer/" in page.text) == (200, False)
    assert "revient au référent" in page.text
    assert connecte(voisine).get(LISTE).status_code == 404
    assert client.get(LISTE).status_code == 302
    assert client.post(gestes(lien)[0]).status_code == 302


def test_an_unknown_link_is_not_found(redactrice: Utilisateur, connecte: Connecte) -> None:
    assert connecte(redactrice).post("/atlaas/liens/999999/garder/").status_code == 404


@pytest.mark.parametrize("nb", [1, 3])
@pytest.mark.parametrize("adresse", [LISTE, "/espace/33032/fiches/"])
def test_the_lists_cost_the_same(
    adresse: str,
    nb: int,
    bassens: Collectivite,
    redactrice: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Any,
) -> None:
    for n in range(nb):
        trouve(atlaas.fiche(bassens, lien=f"{URL}{n}"), url=f"{URL}{n}")
    client = connecte(redactrice)
    with django_assert_max_num_queries(13):
        assert client.get(adresse).text.count("ien à revoir") >= nb or adresse == LISTE
