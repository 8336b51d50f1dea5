"""A person's own list of fiches."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atlaas import actions as coeur
from atlaas.fiches.actions import fusionner
from atlaas.gardees import actions
from atlaas.models import Action, Gardee
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
LISTE = "/atlaas/gardees/"


@pytest.fixture
def fiche(bassens: Collectivite) -> Action:
    return atlaas.fiche(bassens, titre="Le vélobus")


def garder(fiche: Action) -> str:
    return f"/atlaas/fiches/{fiche.pk}/garder/"


def test_one_keeps_a_fiche_and_nobody_else_sees_it(
    fiche: Action, sans_role: Utilisateur, voisine: Utilisateur, connecte: Connecte, client: Client
) -> None:
    moi = connecte(sans_role)
    assert "Aucune fiche gardée" in moi.get(LISTE).text
    for _ in range(2):
        moi.post(garder(fiche), {"garder": "oui"})
    assert Gardee.objects.count() == 1
    assert "Gardée : la retirer" in moi.get(fiche.get_absolute_url()).text
    assert "Le vélobus" in moi.get(LISTE).text
    assert "Le vélobus" not in connecte(voisine).get(LISTE).text
    assert moi.post(garder(fiche), {"garder": "non", "retour": LISTE})["Location"] == LISTE
    assert "Le vélobus" not in moi.get(LISTE).text.split("<main", 1)[1].split("<ul", 1)[-1]
    assert moi.post(garder(fiche), {"retour": "https://ailleurs.example/"})["Location"] == fiche.get_absolute_url()
    assert "/compte/login/" in client.get(LISTE)["Location"]
    assert f"/compte/login/?next={fiche.get_absolute_url()}" in client.get(fiche.get_absolute_url()).text


def test_what_left_is_counted_and_not_named(fiche: Action, sans_role: Utilisateur, connecte: Connecte) -> None:
    actions.garder(fiche, par=sans_role)
    coeur.archiver_action(fiche, par=None)
    lue = connecte(sans_role).get(LISTE).text
    assert ("n’est plus publiée" in lue, "vélobus" in lue) == (True, False)
    assert connecte(sans_role).post(garder(fiche)).status_code == 404


def test_the_list_is_bounded(
    fiche: Action, bassens: Collectivite, sans_role: Utilisateur, connecte: Connecte, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_GARDEES", 1)
    client = connecte(sans_role)
    client.post(garder(fiche))
    assert "retirez-en une" in client.post(garder(atlaas.fiche(bassens)), follow=True).text


def test_a_merged_fiche_is_kept_as_the_one_that_stays(
    fiche: Action, bassens: Collectivite, sans_role: Utilisateur, voisine: Utilisateur, referente: Utilisateur
) -> None:
    restante = atlaas.fiche(bassens)
    for personne, gardees in ((sans_role, [fiche]), (voisine, [fiche, restante])):
        for gardee in gardees:
            actions.garder(gardee, par=personne)
    fusionner(fiche, restante, par=referente, a=timezone.now())
    assert [gardee.action_id for gardee in Gardee.objects.all()] == [restante.pk] * 2


@pytest.mark.parametrize("nb", [1, 3])
def test_the_list_costs_the_same(
    nb: int, bassens: Collectivite, sans_role: Utilisateur, connecte: Connecte, django_assert_max_num_queries: Any
) -> None:
    for _ in range(nb):
        actions.garder(atlaas.fiche(bassens), par=sans_role)
    client = connecte(sans_role)
    with django_assert_max_num_queries(7):
        assert client.get(LISTE).text.count("fiche-carte__lieu") == nb
