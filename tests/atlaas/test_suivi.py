from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from atlaas.models import Entree, RechercheSuivie
from atlaas.recherche import actions
from atlaas.recherche.forms import RechercheForm
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


@pytest.fixture
def suivie(bassens: Collectivite, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]) -> RechercheSuivie:
    atlaas.fiche(bassens, titre="Budget ancien")
    connecte(referente).post("/atlaas/suivre/?q=budget&region=&apres=q1_2")
    return RechercheSuivie.objects.get()


def test_a_search_is_followed_once_and_found_again(
    suivie: RechercheSuivie, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    client = connecte(referente)
    assert client.post("/atlaas/suivre/?region=&q=budget").status_code == 302
    assert RechercheSuivie.objects.count() == 1
    assert suivie.get_absolute_url() == "/atlaas/?q=budget"
    assert "« budget »" in client.get("/atlaas/recherches/").content.decode()


def test_only_new_fiches_are_told_and_only_once(
    suivie: RechercheSuivie, bassens: Collectivite, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.raconter(timezone.now()) == 0
    neuve = atlaas.fiche(bassens, titre="Budget participatif des écoles")
    atlaas.fiche(bassens, titre="Tout autre chose")
    Entree.objects.update(publiee_le=timezone.now())
    Entree.objects.exclude(action=neuve).update(publiee_le=timezone.now() - timedelta(days=30))
    lundi = timezone.now() + timedelta(days=1)

    with django_capture_on_commit_callbacks(execute=True):
        assert actions.raconter(lundi) == 1
        assert actions.raconter(lundi) == 0

    (message,) = mail.outbox
    assert "Budget participatif des écoles" in message.body
    assert "Tout autre chose" not in message.body
    assert "/atlaas/recherches/" in message.body


def test_nobody_sees_nor_removes_the_searches_of_another(
    suivie: RechercheSuivie, voisine: Utilisateur, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    assert "budget" not in connecte(voisine).get("/atlaas/recherches/").content.decode()
    assert connecte(voisine).post(f"/atlaas/recherches/{suivie.pk}/retirer/").status_code == 404
    assert connecte(referente).post(f"/atlaas/recherches/{suivie.pk}/retirer/").status_code == 302
    assert not RechercheSuivie.objects.exists()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.post("/atlaas/suivre/?q=budget").status_code == 302
    assert client.get("/atlaas/recherches/").status_code == 302


def test_twenty_at_most(referente: Utilisateur, connecte: Callable[[Utilisateur], Client]) -> None:
    client = connecte(referente)
    for n in range(21):
        reponse = client.post(f"/atlaas/suivre/?q=mot{n}", follow=True)
    assert RechercheSuivie.objects.count() == 20
    assert "cessez d’en suivre une" in reponse.content.decode()


def test_a_search_that_cannot_be_read_is_not_followed(
    referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    assert connecte(referente).post(f"/atlaas/suivre/?q={'x' * 300}").status_code == 400
    assert not RechercheSuivie.objects.exists()


class TestFlux:
    def test_the_latest_fiches_of_a_search(self, bassens: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens, titre="Budget <participatif>")
        atlaas.fiche(bassens, titre="Autre")
        reponse = client.get("/atlaas/flux.atom?q=budget")
        flux = reponse.content.decode()
        assert reponse["Content-Type"].startswith("application/atom+xml")
        assert "Budget &lt;participatif&gt;" in flux
        assert "Autre" not in flux
        assert "« budget »" in flux

    def test_a_search_that_cannot_be_read_is_unknown(self, client: Client) -> None:
        assert client.get("/atlaas/flux.atom?lat=900&lon=1").status_code == 404

    @pytest.mark.parametrize("nb", [1, 3])
    def test_it_costs_the_same_whatever_the_number(
        self, nb: int, bassens: Collectivite, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(nb):
            atlaas.fiche(bassens)
        client.get("/atlaas/flux.atom")
        with django_assert_max_num_queries(6):
            client.get("/atlaas/flux.atom")


def test_a_search_too_long_to_keep_is_not_followed(referente: Utilisateur) -> None:
    form = RechercheForm(QueryDict("q=" + "%C3%A9" * 200), arbre=None)
    assert form.is_valid()
    with pytest.raises(TransitionRefusee, match="trop longue"):
        actions.suivre(referente, form)
    assert not RechercheSuivie.objects.exists()


def test_a_search_whose_choice_left_tells_nothing_and_stays(suivie: RechercheSuivie, bassens: Collectivite) -> None:
    atlaas.fiche(bassens, titre="Budget neuf")
    RechercheSuivie.objects.update(parametres="q=budget&region=disparue", vue_jusqu_a=timezone.now() - timedelta(1))
    assert actions.raconter(timezone.now()) == 0
    assert RechercheSuivie.objects.count() == 1
