from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from atlaas import actions as coeur
from atlaas.etats import EtatAction
from atlaas.fiches import actions
from atlaas.fiches.calculs import semblables
from atlaas.models import Entree, Presentation
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]


def test_services_publics_partners_and_years_are_united_and_the_old_address_leads_on(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, connecte: Connecte, client: Client
) -> None:
    partante = atlaas.fiche(bassens, "A1.1", "B1.1", titre="Wifi au marché", publics_vises=["jeunes"])
    restante = atlaas.fiche(bassens, "A1.1", "A1.2", titre="Wifi du marché", publics_vises=["tous"])
    partante.partenaires.add(bram)
    Presentation.objects.bulk_create(
        [Presentation(action=partante, annee=2025), *(Presentation(action=f, annee=2026) for f in (partante, restante))]
    )
    inspiree = coeur.s_inspirer(partante, bram, par=None)
    personne = connecte(referente)
    adresse = f"/atlaas/fiches/{partante.pk}/fusionner/"
    assert "Wifi du marché" in personne.get(adresse).content.decode()
    reponse = personne.post(adresse, {"dans": restante.pk})
    assert reponse.headers["Location"] == restante.get_absolute_url()
    restante.refresh_from_db()
    assert sorted(restante.services.values_list("code", flat=True)) == ["A1.1", "A1.2", "B1.1"]
    assert restante.publics_vises == ["tous", "jeunes"]
    assert [p.annee for p in restante.annees.order_by("annee")] == [2025, 2026]
    assert list(restante.partenaires.all()) == [bram]
    inspiree.refresh_from_db()
    assert inspiree.inspiree_de == restante
    ancienne = client.get(partante.get_absolute_url())
    assert (ancienne.status_code, ancienne.headers["Location"]) == (301, restante.get_absolute_url())
    assert list(Entree.objects.values_list("action", flat=True)) == [restante.pk]
    assert restante.versions.count() == 2


def test_what_may_not_be_merged_stays(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    publiee, brouillon = atlaas.fiche(bassens), atlaas.fiche(bassens, publiee=False)
    ailleurs = atlaas.fiche(bram)
    for dans in (publiee, ailleurs, brouillon):
        with pytest.raises(TransitionRefusee):
            actions.fusionner(publiee, dans, par=referente, a=timezone.now())
    client = connecte(referente)
    for dans in ("", ailleurs.pk, "x"):
        page = client.post(f"/atlaas/fiches/{publiee.pk}/fusionner/", {"dans": dans})
        assert page.status_code == 422
    publiee.refresh_from_db()
    assert publiee.etat == EtatAction.PUBLIEE


@pytest.mark.parametrize(("nom", "code"), [("lectrice", 403), ("voisine", 403), ("chargee_de_mission", 403)])
def test_who_may_not_merge(
    nom: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    client = connecte(request.getfixturevalue(nom))
    assert client.get(f"/atlaas/fiches/{atlaas.fiche(bassens).pk}/fusionner/").status_code == code


@pytest.mark.parametrize(
    ("titre", "autre", "attendu"),
    [
        ("Budget participatif des écoles", "Le budget participatif des écoles", True),
        ("Le wifi dans les parcs", "Wifi dans le parc", True),
        ("Ateliers numériques 2027", "Ateliers numériques", True),
        ("ATELIERS NUMERIQUES", "Ateliers numériques", True),
        ("Budget participatif", "Budget primitif expliqué", False),
        ("Signaler un incident", "Signaler une manifestation", False),
        ("Wifi", "Wifi", False),
        ("", "Wifi public", False),
    ],
)
def test_titles_that_say_the_same(titre: str, autre: str, attendu: bool) -> None:
    assert bool(semblables(titre, [(1, autre)])) is attendu


def test_the_form_names_them_while_the_title_is_typed_and_after_a_save(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    atlaas.fiche(bram, titre="Le budget participatif des écoles")
    client, adresse = connecte(referente), "/espace/33032/fiches/doublons/"
    voulu = {"titre": "Budget participatif des écoles"}
    assert "doublons" not in client.get(adresse, voulu).content.decode()
    premiere = atlaas.fiche(bassens, titre="Le budget participatif des écoles")
    assert premiere.get_absolute_url() in client.get(adresse, voulu).content.decode()
    assert "doublons" not in client.get(adresse, voulu | {"sauf": premiere.pk}).content.decode()
    seconde = atlaas.fiche(bassens, publiee=False, titre="Budget participatif des écoles")
    assert premiere.get_absolute_url() in client.get(f"/atlaas/fiches/{seconde.pk}/modifier/").content.decode()
    assert connecte(voisine).get(adresse, voulu).status_code == 404
