"""Several fiches in a table: one sending, each row for itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from atlaas import actions
from atlaas.imports.tableau import formulaires
from atlaas.models import Action
from tests.atlaas.imports.envois import lisible
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
TABLEAU = "/espace/33032/fiches/tableau/"


def saisie(*fiches: Action, **champs: Any) -> dict[str, Any]:
    """The page as it would be sent; ``champs`` are for the first fiche."""
    envoi: dict[str, Any] = {"fiches": [fiche.pk for fiche in fiches]}
    for forme in formulaires(fiches):
        for champ in forme:
            valeur = champ.value()
            if valeur not in (None, False, ""):
                envoi[champ.html_name] = valeur
    return envoi | {f"f{fiches[0].pk}-{nom}": valeur for nom, valeur in champs.items()}


@pytest.fixture
def client(referente: Utilisateur, connecte: Connecte) -> Client:
    return connecte(referente)


@pytest.fixture
def fiches(bassens: Collectivite) -> list[Action]:
    return [
        atlaas.fiche(bassens, titre="Halle", publics_vises=["aines"], lien="https://bassens.example/"),
        atlaas.fiche(bassens, publiee=False, titre="Wi-Fi"),
        atlaas.fiche(bassens, publiee=False, titre="Budget"),
    ]


def test_only_the_rows_that_changed_are_saved(client: Client, fiches: list[Action], referente: Utilisateur) -> None:
    assert f'href="{TABLEAU}"' in client.get("/espace/33032/fiches/").content.decode()
    page = lisible(client.get(TABLEAU))
    assert all(f.titre in page for f in fiches)
    envoi = saisie(*fiches, titre="La halle", stade="arretee", publics_vises=["aines", "jeunes"], est_libre="on")
    reponse = client.post(TABLEAU, envoi, follow=True)
    assert "1 fiche enregistrée." in lisible(reponse)
    halle = Action.objects.get(pk=fiches[0].pk)
    assert (halle.titre, halle.stade, halle.publics_vises, halle.est_libre) == (
        "La halle",
        "arretee",
        ["aines", "jeunes"],
        True,
    )
    assert (halle.resume, halle.services.count()) == (fiches[0].resume, 1), "what the table does not show stays"
    assert list(Action.objects.order_by("pk").values_list("version", flat=True)) == [2, 1, 1]
    assert Evenement.objects.de(halle).recents()[0].donnees["champs"] == [
        "titre",
        "stade",
        "publics_vises",
        "est_libre",
    ]
    assert "Rien n’a changé" in lisible(client.post(TABLEAU, saisie(halle, *fiches[1:]), follow=True))


def test_a_conflict_shows_both_texts_and_holds_back_no_other(
    client: Client, fiches: list[Action], redactrice: Utilisateur
) -> None:
    envoi = saisie(*fiches, titre="Ma halle") | {f"f{fiches[1].pk}-titre": "Mon Wi-Fi"}
    actions.modifier_action(
        fiches[0], par=redactrice, numero_version=1, services=atlaas.services("A1.1"), titre="Sa halle"
    )
    reponse = client.post(TABLEAU, envoi)
    page = lisible(reponse)
    assert reponse.status_code == 409
    assert "Sa halle" in page
    assert "Ma halle" in page
    assert "1 fiche enregistrée" in page
    assert sorted(Action.objects.values_list("titre", flat=True)) == ["Budget", "Mon Wi-Fi", "Sa halle"]
    de_nouveau = envoi | {"fiches": [fiches[0].pk], f"f{fiches[0].pk}-numero_version": "2"}
    client.post(TABLEAU, de_nouveau | {f"f{fiches[0].pk}-garder": "on"})
    assert Action.objects.get(pk=fiches[0].pk).titre == "Sa halle"
    client.post(TABLEAU, de_nouveau)
    assert Action.objects.get(pk=fiches[0].pk).titre == "Ma halle"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"titre": "x" * 121}, "120"),
        ({"titre": " "}, "Donnez un titre"),
        ({"date_debut": "2027-01-02", "date_fin": "2027-01-01"}, "La fin ne peut pas précéder"),
        ({"lien": "pas une adresse"}, "URL"),
        ({"numero_version": "x"}, "nombre"),
    ],
)
def test_a_row_that_cannot_be_saved_says_why_and_the_others_are(
    client: Client, fiches: list[Action], champs: dict[str, str], phrase: str
) -> None:
    reponse = client.post(TABLEAU, saisie(*fiches, **champs) | {f"f{fiches[1].pk}-titre": "Mon Wi-Fi"})
    assert (reponse.status_code, phrase in lisible(reponse)) == (422, True)
    assert Action.objects.get(pk=fiches[0].pk).version == 1
    assert Action.objects.get(pk=fiches[1].pk).titre == "Mon Wi-Fi"


def test_the_fiches_of_others_and_those_put_away_are_not_touched(
    client: Client, bram: Collectivite, bassens: Collectivite
) -> None:
    autre, archivee = atlaas.fiche(bram), atlaas.fiche(bassens)
    actions.archiver_action(archivee, par=None)
    for fiche in (autre, archivee):
        client.post(TABLEAU, saisie(fiche, titre="Prise"))
    assert not Action.objects.filter(titre="Prise").exists()
    assert "Aucune fiche à modifier" in lisible(client.get(TABLEAU))


def test_the_table_is_for_those_who_write_the_fiches(
    fiches: list[Action], connecte: Connecte, redactrice: Utilisateur, lectrice: Utilisateur, voisine: Utilisateur
) -> None:
    assert connecte(redactrice).get(TABLEAU).status_code == 200
    assert connecte(redactrice).get(f"{TABLEAU}?page=2").status_code == 404
    for personne, statut in ((voisine, 404), (lectrice, 403)):
        for reponse in (connecte(personne).get(TABLEAU), connecte(personne).post(TABLEAU, {})):
            assert reponse.status_code == statut
    assert Client().get(TABLEAU).status_code == 302
    perdue = Client().post(TABLEAU, {f"f{fiches[0].pk}-titre": "Ne pas perdre"})
    assert (perdue.status_code, "Ne pas perdre" in perdue.content.decode()) == (401, True)


def test_the_table_costs_the_same_for_one_row_and_for_three(
    client: Client, fiches: list[Action], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(TABLEAU)
    with django_assert_num_queries(6):
        client.get(TABLEAU)
    Action.objects.filter(pk__in=[f.pk for f in fiches[1:]]).update(collectivite=fiches[0].collectivite)
    actions.archiver_action(fiches[1], par=None)
    actions.archiver_action(fiches[2], par=None)
    with django_assert_num_queries(6):
        client.get(TABLEAU)
