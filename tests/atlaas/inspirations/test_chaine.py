"""The chain of an idea, and the thanks to its source."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atlaas import actions
from atlaas.fiches.actions import fusionner
from atlaas.inspirations.queries import chaine
from atlaas.models import Action
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.socle.models import Courriel
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]


def suite(source: Action, nom: str, **champs: Any) -> Action:
    return atlaas.fiche(ground.collectivite(nom), titre=f"L’idée à {nom}", inspiree_de=source, **champs)


@pytest.fixture
def source(bassens: Collectivite, referente: Utilisateur) -> Action:
    return atlaas.fiche(bassens, titre="Le vélobus")


def test_the_chain_is_read_both_ways_over_several_steps(source: Action, client: Client) -> None:
    arles = suite(source, "Arles")
    bron = suite(arles, "Bron")
    suite(bron, "Creil")
    suite(source, "Dax", publiee=False)
    lue = client.get(f"/atlaas/fiches/{source.pk}/inspirations/").text
    assert "3\u00a0collectivités" in lue
    assert lue.index("Arles") < lue.index("Bron") < lue.index("Creil")
    assert "Dax" not in lue
    assert "3\u00a0collectivités en tout" in client.get(source.get_absolute_url()).text
    milieu = client.get(f"/atlaas/fiches/{bron.pk}/inspirations/").text
    assert milieu.index("L’idée à Arles") < milieu.index("Le vélobus") < milieu.index("L’idée à Creil")
    assert f"/atlaas/fiches/{bron.pk}/inspirations/" in client.get(bron.get_absolute_url()).text
    assert "Voir la chaîne" not in client.get(atlaas.fiche(source.collectivite).get_absolute_url()).text


def test_a_fiche_that_left_is_a_link_without_a_name(source: Action, client: Client) -> None:
    arles = suite(source, "Arles")
    bron = suite(arles, "Bron")
    actions.archiver_action(arles, par=None)
    lue = client.get(f"/atlaas/fiches/{source.pk}/inspirations/").text
    assert ("L’idée à Arles" in lue, "n’est plus publiée" in lue, "L’idée à Bron" in lue) == (False, True, True)
    actions.archiver_action(bron, par=None)
    assert chaine(source).suites == []
    assert client.get(f"/atlaas/fiches/{bron.pk}/inspirations/").status_code == 404


def test_one_query_whatever_the_chain_and_a_loop_ends(source: Action, django_assert_num_queries: Any) -> None:
    derniere = source
    for rang in range(4):
        derniere = suite(derniere, f"Ville {rang}")
    with django_assert_num_queries(1):
        assert chaine(source).nb_collectivites == 4
    Action.objects.filter(pk=source.pk).update(inspiree_de=derniere)
    source.refresh_from_db()
    assert len(chaine(source).sources) <= 12


def test_the_people_of_the_source_are_thanked_once(
    source: Action, referente: Utilisateur, redactrice: Utilisateur
) -> None:
    brouillon = suite(source, "Arles", publiee=False)
    actions.publier_action(brouillon, par=None)
    actions.reprendre_action(brouillon, par=None)
    actions.publier_action(brouillon, par=None)
    atlaas.fiche(ground.collectivite("Bron"))
    merci = "Merci : Arles s’est inspirée de « Le vélobus »"
    assert sorted(Courriel.objects.values_list("a__0", "sujet")) == sorted(
        (personne.email, merci) for personne in (referente, redactrice)
    )


def test_the_fiche_offers_to_copy_it_for_each_town_where_one_writes(
    source: Action,
    voisine: Utilisateur,
    bram: Collectivite,
    sans_role: Utilisateur,
    referente: Utilisateur,
    connecte: Connecte,
    client: Client,
) -> None:
    adresse = f"/espace/11049/fiches/inspirer/{source.pk}/"
    assert adresse in connecte(voisine).get(source.get_absolute_url()).text
    for lue in (client, connecte(sans_role), connecte(referente)):
        assert "inspirer/" not in lue.get(source.get_absolute_url()).text
    ground.habiliter(voisine, Role.CONTRIBUTEUR, ground.collectivite("Cenon", "33119"))
    deux = connecte(voisine).get(source.get_absolute_url()).text
    assert "pour Bram" in deux
    assert "pour Cenon" in deux


def test_merging_two_fiches_never_closes_the_chain_on_itself(
    source: Action, bassens: Collectivite, referente: Utilisateur
) -> None:
    arles = suite(source, "Arles")
    autre = atlaas.fiche(bassens, inspiree_de=arles)
    fusionner(source, autre, par=referente, a=timezone.now())
    arles.refresh_from_db()
    autre.refresh_from_db()
    assert (arles.inspiree_de_id, autre.inspiree_de_id) == (autre.pk, None)


def test_the_fiche_that_stays_takes_the_source_of_the_one_that_leaves(
    source: Action, bram: Collectivite, voisine: Utilisateur
) -> None:
    partante, restante = atlaas.fiche(bram, inspiree_de=source), atlaas.fiche(bram)
    fusionner(partante, restante, par=voisine, a=timezone.now())
    restante.refresh_from_db()
    assert restante.inspiree_de_id == source.pk
