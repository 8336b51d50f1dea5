from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atlaas.etats import EtatAction
from atlaas.fiches import actions
from atlaas.models import Action, Entree
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]


@pytest.fixture
def vieilles(bassens: Collectivite) -> list[Action]:
    """Two that nobody confirmed for a year; a third was, yesterday."""
    fiches = [atlaas.fiche(bassens, titre=titre) for titre in ("Wifi public", "Budget participatif", "Fraîche")]
    Action.objects.filter(pk__in=[f.pk for f in fiches[:2]]).update(confirmee_le=timezone.now() - timedelta(days=366))
    return fiches


def etats(fiches: list[Action]) -> list[str]:
    par_cle = Action.objects.in_bulk([f.pk for f in fiches])
    return [par_cle[f.pk].etat for f in fiches]


def test_what_nobody_confirmed_for_a_year_waits_and_each_referent_hears_once(
    vieilles: list[Action], referente: Utilisateur, redactrice: Utilisateur, bassens: Collectivite
) -> None:
    deuxieme = ground.habiliter(ground.utilisateur("René"), Role.REFERENT, bassens)
    assert actions.demander_confirmations(timezone.now()) == 2
    assert actions.demander_confirmations(timezone.now()) == 0
    assert etats(vieilles) == [EtatAction.A_CONFIRMER, EtatAction.A_CONFIRMER, EtatAction.PUBLIEE]
    assert Evenement.objects.filter(verbe="demander confirmation", par=None).count() == 2
    assert Entree.objects.count() == 3, "they stay public"
    messages = Courriel.objects.filter(sujet__contains="à confirmer")
    assert sorted(m.a[0] for m in messages) == sorted([referente.email, deuxieme.email])
    texte = messages[0].texte
    assert "Wifi public" in texte
    assert "Fraîche" not in texte


class TestLien:
    def adresse(self, bassens: Collectivite, referente: Utilisateur) -> str:
        return actions.adresse_de_confirmation(bassens, referente).split("/", 3)[3].join(["/", ""])

    def test_one_button_without_signing_in(
        self, vieilles: list[Action], bassens: Collectivite, referente: Utilisateur, client: Client
    ) -> None:
        actions.demander_confirmations(timezone.now())
        adresse = self.adresse(bassens, referente)
        assert "Wifi public" in client.get(adresse).content.decode()
        assert etats(vieilles)[0] == EtatAction.A_CONFIRMER, "reading the page changes nothing"
        page = client.post(adresse, {"fiche": [vieilles[0].pk, vieilles[2].pk, "x"]}).content.decode()
        assert "1\u00a0fiche confirmée" in page
        assert "Budget participatif" in page
        assert etats(vieilles) == [EtatAction.PUBLIEE, EtatAction.A_CONFIRMER, EtatAction.PUBLIEE]
        assert Evenement.objects.get(verbe="confirmer").par == referente

    def test_it_opens_nothing_elsewhere_nor_to_who_left(
        self, vieilles: list[Action], bassens: Collectivite, bram: Collectivite, referente: Utilisateur, client: Client
    ) -> None:
        adresse = self.adresse(bassens, referente)
        assert client.get(self.adresse(bram, referente)).status_code == 410
        assert client.get(adresse[:-3] + "/").status_code == 410
        referente.habilitations.update(fin=timezone.localdate() - timedelta(days=1))
        assert client.post(adresse, {"fiche": [vieilles[0].pk]}).status_code == 410


class TestListe:
    def test_one_by_one_or_all_at_once(
        self, vieilles: list[Action], redactrice: Utilisateur, bassens: Collectivite, connecte: Connecte
    ) -> None:
        actions.demander_confirmations(timezone.now())
        client = connecte(redactrice)
        page = client.get("/espace/33032/fiches/?etat=a_confirmer").content.decode()
        assert "À confirmer (2)" in page
        assert "Tout confirmer" in page
        assert "à confirmer</li>" in " ".join(client.get("/collectivites/33032/").content.decode().split())
        retour = "/espace/33032/fiches/?etat=a_confirmer"
        un = client.post(f"/atlaas/fiches/{vieilles[0].pk}/etat/", {"vers": "confirmer", "retour": retour})
        assert un.headers["Location"] == retour
        assert etats(vieilles)[:2] == [EtatAction.PUBLIEE, EtatAction.A_CONFIRMER]
        client.post("/espace/33032/fiches/confirmer/")
        assert etats(vieilles)[1] == EtatAction.PUBLIEE

    @pytest.mark.parametrize(("nom", "code"), [("lectrice", 403), ("voisine", 404)])
    def test_not_by_others(
        self, nom: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        client: Any = connecte(request.getfixturevalue(nom))
        assert client.post("/espace/33032/fiches/confirmer/").status_code == code
