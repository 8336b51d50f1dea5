from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from atlaas.interface import preuves
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]


def test_both_pages_show_it_and_it_proves_for_its_owner_only(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    action = atlaas.fiche(bassens, "A1.1", titre="Séminaire commun")
    client, adresse = connecte(referente), f"/atlaas/fiches/{action.pk}/partenaires/"
    assert client.post(adresse, {"ajouter": "1", "collectivite": "11049"}).status_code == 302
    assert "Séminaire commun" in client.get("/collectivites/11049/").content.decode()
    assert "Portée avec" in client.get(action.get_absolute_url()).content.decode()
    version = ground.version_publiee()
    assert preuves(bassens, date(2027, 1, 1), version)
    assert not preuves(bram, date(2027, 1, 1), version)
    client.post(adresse, {"retirer": "11049"})
    assert "Séminaire commun" not in client.get("/collectivites/11049/").content.decode()
    assert Evenement.objects.filter(verbe__contains="un partenaire").count() == 2


@pytest.mark.parametrize(
    ("envoi", "statut", "phrase"),
    [
        ({"ajouter": "1", "collectivite": "Nulle-Part-sur-Rien"}, 422, "Aucune collectivité ne correspond"),
        ({"ajouter": "1", "collectivite": "33032"}, 422, "porte déjà cette action"),
        ({"ajouter": "1"}, 422, "Indiquez une collectivité"),
        ({"retirer": "11049"}, 404, ""),
        ({}, 404, ""),
    ],
)
def test_bad_input(
    envoi: dict[str, str],
    statut: int,
    phrase: str,
    bassens: Collectivite,
    bram: Collectivite,
    referente: Utilisateur,
    connecte: Connecte,
) -> None:
    reponse = connecte(referente).post(f"/atlaas/fiches/{atlaas.fiche(bassens).pk}/partenaires/", envoi)
    assert reponse.status_code == statut
    assert phrase in reponse.content.decode()


@pytest.mark.parametrize(("nom", "code"), [("lectrice", 403), ("voisine", 403)])
def test_not_by_others(
    nom: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    client = connecte(request.getfixturevalue(nom))
    assert client.get(f"/atlaas/fiches/{atlaas.fiche(bassens).pk}/partenaires/").status_code == code
