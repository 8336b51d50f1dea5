from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atlaas import actions
from atlaas.fiches.queries import historique
from atlaas.models import Action
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
MIDI = timezone.now()


def enregistrer(action: Action, par: Utilisateur, minutes: int, **champs: Any) -> None:
    action.refresh_from_db()
    services = champs.pop("services", action.services.all())
    quand = MIDI + timedelta(minutes=minutes)
    actions.modifier_action(action, par=par, numero_version=action.version, services=services, a=quand, **champs)


@pytest.fixture
def suivie(bassens: Collectivite, referente: Utilisateur, redactrice: Utilisateur) -> Action:
    """Published, then changed by one person twice in ten minutes, then by another, then later."""
    action = atlaas.fiche(bassens, "A1.1", titre="Premier titre", par=referente)
    enregistrer(action, redactrice, 20, titre="Deuxième titre")
    enregistrer(action, redactrice, 25, publics_vises=["jeunes"], est_libre=True)
    enregistrer(action, redactrice, 26, titre="Deuxième titre")
    enregistrer(action, referente, 27, services=atlaas.services("A1.2"), cout="gratuit")
    enregistrer(action, referente, 60, indicateur_libelle="votants", indicateur_valeur="412.50")
    action.refresh_from_db()
    return action


def test_the_saves_of_one_person_in_ten_minutes_are_one_version(suivie: Action, redactrice: Utilisateur) -> None:
    versions = list(suivie.versions.order_by("numero"))
    assert [v.numero for v in versions] == [1, 2, 3, 4]
    assert (versions[1].par, versions[1].contenu["publics_vises"]) == (redactrice, ["jeunes"])
    assert versions[0].contenu["titre"] == "Premier titre"


def test_a_number_read_again_is_no_change(bassens: Collectivite, referente: Utilisateur) -> None:
    action = atlaas.fiche_mesuree(bassens, indicateur_valeur=Decimal(100))
    enregistrer(action, referente, 20, titre="Autre")
    assert [v.contenu["indicateur_valeur"] for v in action.versions.all()] == ["100", "100"]
    premiere = action.versions.get(numero=1)
    premiere.contenu["indicateur_valeur"] = "100.00"  # as kept long ago
    premiere.save()
    assert [d.nom for d in historique(action)[0].divergences] == ["titre"]


def test_a_draft_has_no_history_and_an_older_fiche_keeps_what_it_said(
    bassens: Collectivite, referente: Utilisateur
) -> None:
    brouillon = atlaas.fiche(bassens, publiee=False)
    enregistrer(brouillon, referente, 0, titre="Autre")
    assert not brouillon.versions.exists()
    ancienne = atlaas.fiche(bassens, titre="D’avant l’historique")
    ancienne.versions.all().delete()
    enregistrer(ancienne, referente, 0, titre="Depuis")
    assert [v.contenu["titre"] for v in ancienne.versions.order_by("numero")] == ["D’avant l’historique", "Depuis"]


def test_the_page_says_what_changed_field_by_field(
    suivie: Action, lectrice: Utilisateur, connecte: Connecte, django_assert_max_num_queries: Any
) -> None:
    client = connecte(lectrice)
    adresse = f"/atlaas/fiches/{suivie.pk}/historique/"
    with django_assert_max_num_queries(9):
        page = " ".join(client.get(adresse).content.decode().split())
    for texte in ("Premier titre</del>", "Deuxième titre</ins>", "jeunes</ins>", "412,5<", "Ronja", "sans dépense"):
        assert texte in page
    assert "Rétablir<" not in page, "a reader restores nothing"


def test_a_version_comes_back_as_a_new_one(suivie: Action, referente: Utilisateur, connecte: Connecte) -> None:
    client = connecte(referente)
    adresse = f"/atlaas/fiches/{suivie.pk}/historique/1/retablir/"
    perimee = client.post(adresse, {"numero_version": suivie.version - 1}, follow=True).content.decode()
    assert "Relisez l’historique" in perimee
    assert "de nouveau ce que disait la version 1" in (
        client.post(adresse, {"numero_version": suivie.version}, follow=True).content.decode()
    )
    suivie.refresh_from_db()
    assert (suivie.titre, suivie.publics_vises, suivie.indicateur_valeur) == ("Premier titre", [], None)
    assert [s.code for s in suivie.services.all()] == ["A1.1"]
    contenus = [v.contenu["titre"] for v in suivie.versions.order_by("numero")]
    assert contenus == ["Premier titre", *["Deuxième titre"] * 3, "Premier titre"]
    retour = f"/atlaas/fiches/{suivie.pk}/historique/4/retablir/"
    client.post(retour, {"numero_version": suivie.version})
    suivie.refresh_from_db()
    assert (str(suivie.indicateur_valeur), suivie.cout, suivie.est_libre) == ("412.50", "gratuit", True)


@pytest.mark.parametrize(("nom", "lire", "retablir"), [("lectrice", 200, 403), ("voisine", 403, 403)])
def test_rights(
    nom: str,
    lire: int,
    retablir: int,
    suivie: Action,
    connecte: Connecte,
    client: Client,
    request: pytest.FixtureRequest,
) -> None:
    personne = connecte(request.getfixturevalue(nom))
    adresse = f"/atlaas/fiches/{suivie.pk}/historique/"
    assert personne.get(adresse).status_code == lire
    assert personne.post(f"{adresse}1/retablir/", {"numero_version": suivie.version}).status_code == retablir
    assert client.get(adresse).status_code == 302
    assert client.get(f"{adresse}1/retablir/").status_code in {302, 405}
