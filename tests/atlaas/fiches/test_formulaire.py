from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from atlaas.models import Action
from tests.atlaas.fiches.saisies import CREER, modifier, saisie
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
TOUT = {
    "publics_vises": ["aines", "eloignes"],
    "publics": "les habitants du Bousquet",
    "structure": "Médiathèque",
    "adresse": "4 rue du Puy-Plat",
    "latitude": "44,901534",
    "longitude": "-0.5153",
    "cout": "5k_20k",
    "financement": "40 % de la Région",
    "accessibilite": "Audit de mars 2027",
    "environnement": "Postes reconditionnés",
    "donnees_personnelles": "Courriel gardé un an",
}


def test_every_field_is_kept_and_read_on_the_public_page(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    client.post(CREER, saisie("A1.4", publier="1", description="\uf0b7 Un\u200b point\r\n\r\n\r\n\r\nfin", **TOUT))
    action = Action.objects.get()
    assert (action.latitude, action.longitude) == (Decimal("44.90153"), Decimal("-0.51530"))
    assert action.description == "• Un point\n\nfin"
    page = client.get(action.get_absolute_url()).content.decode()
    for texte in (
        "Personnes âgées, personnes éloignées du numérique",
        "les habitants du Bousquet",
        "Médiathèque",
        "De 5 000 à 20 000 €",
        "40 % de la Région",
        "Audit de mars 2027",
        "Postes reconditionnés",
        "Courriel gardé un an",
    ):
        assert texte in page


def test_the_folds_say_how_much_they_hold_and_open_where_something_is_refused(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    reponse = client.post(CREER, saisie("A1.4", **TOUT | {"longitude": ""}))
    page = " ".join(reponse.content.decode().split())
    assert reponse.status_code == 422
    assert "Donnez la latitude et la longitude, ou aucune des deux." in page
    assert 'id="theme-lieu" open' in page
    assert 'id="theme-egards">' in page
    assert "3 réponses" in page


@pytest.mark.parametrize(
    "faute",
    [
        {"publics_vises": ["martiens"]},
        {"cout": "cher"},
        {"latitude": "91", "longitude": "0"},
        {"latitude": "1e9999999", "longitude": "0"},
        {"latitude": "NaN", "longitude": "0"},
        {"accessibilite": "é" * 301},
    ],
)
def test_bad_input_is_refused(
    faute: dict[str, Any], bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    assert connecte(referente).post(CREER, saisie("A1.1", **faute)).status_code == 422


def test_a_choice_between_two_versions_keeps_a_list(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    action = atlaas.fiche(bassens, publics_vises=["tous"])
    client = connecte(referente)
    reponse = client.post(modifier(action), saisie("A1.1", version=0, publics_vises=["jeunes", "aines"]))
    assert reponse.status_code == 409
    divergence = next(d for d in reponse.context["divergences"] if d.nom == "publics_vises")
    assert (divergence.mienne.affichee, divergence.autre.brute) == ("jeunes, personnes âgées", "tous")
    client.post(modifier(action), saisie("A1.1", version=1, publics_vises=divergence.mienne.brute))
    action.refresh_from_db()
    assert action.publics_vises == ["jeunes", "aines"]


class TestApercu:
    def test_the_page_as_it_would_read_and_nothing_is_saved(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche(bassens, titre="Avant")
        client = connecte(referente)
        donnees = saisie("A1.4", version=1, titre="Après", resultats="Deux fois plus", cout="cher", apercu="1")
        page = client.post(modifier(action), donnees).content.decode()
        assert '<h3 class="fiche-action__titre">Après</h3>' in page
        assert 'value="Après"' in page
        fragment = client.post(modifier(action), donnees, headers={"HX-Request": "true"}).content.decode()
        assert "Deux fois plus" in fragment
        assert "<form" not in fragment
        action.refresh_from_db()
        assert (action.titre, action.version) == ("Avant", 1)

    def test_before_the_first_save(self, bassens: Collectivite, redactrice: Utilisateur, connecte: Connecte) -> None:
        ground.version_publiee()
        page = connecte(redactrice).post(CREER, {"titre": "Rien d’autre", "apercu": "1"}).content.decode()
        assert "Rien d’autre</h3>" in page
        assert not Action.objects.exists()

    def test_not_for_others(self, bassens: Collectivite, lectrice: Utilisateur, connecte: Connecte) -> None:
        ground.version_publiee()
        assert connecte(lectrice).post(CREER, {"apercu": "1"}).status_code == 403


def test_a_new_fiche_saves_itself_from_its_first_words(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    ground.version_publiee()
    client = connecte(referente)
    assert 'data-sauvegarde data-cle="' in client.get(CREER).text
    recu = client.post(CREER, saisie(titre="Un début", date_debut="hier"), headers={"X-Sauvegarde": "1"}).json()
    action = Action.objects.get()
    assert (action.titre, action.etat, action.date_debut) == ("Un début", "brouillon", None)
    assert (recu["adresse"], recu["numero_version"], list(recu["erreurs"])) == (modifier(action), 1, ["date_debut"])
    assert recu["cle"] == f"{referente.pk}-fiche-{action.pk}"
    suite = client.post(recu["adresse"], saisie("A1.4", version=1, publier="1"))
    action.refresh_from_db()
    assert suite["Location"] == action.get_absolute_url()
    assert Action.objects.count() == 1
