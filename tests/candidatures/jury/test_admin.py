from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from candidatures.jury.models import Affectation, Conflit, Jure
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
CONFLITS = {"conflits-TOTAL_FORMS": "0", "conflits-INITIAL_FORMS": "0"}


def test_tying_a_juror_to_a_place_takes_back_its_dossiers(
    connecte: Connecte,
    affectations: tuple[Affectation, Affectation],
    metropole: Collectivite,
    chargee_de_mission: Utilisateur,
) -> None:
    jure = affectations[0].jure
    adresse = reverse("admin:candidatures_jure_change", args=[jure.pk])
    envoi = {"utilisateur": jure.utilisateur_id, "qualite": "Élue", "quota": "20", **CONFLITS}
    client = connecte(chargee_de_mission)
    client.post(adresse, envoi)
    affectations[0].refresh_from_db()
    assert affectations[0].recusee_le is None
    client.post(adresse, {**envoi, "collectivite": metropole.pk})
    affectations[0].refresh_from_db()
    assert affectations[0].recusee_le is not None
    assert Jure.objects.get(pk=jure.pk).quota == 20


def test_the_association_declares_a_conflict_that_a_juror_told(
    connecte: Connecte,
    affectations: tuple[Affectation, Affectation],
    bassens: Collectivite,
    chargee_de_mission: Utilisateur,
) -> None:
    jure = affectations[0].jure
    client = connecte(chargee_de_mission)
    envoi = {"jure": jure.pk, "collectivite": bassens.pk, "nature": "personnel", "motif": "Un parent."}
    reponse = client.post(reverse("admin:candidatures_conflit_add"), envoi, follow=True)
    assert "retirés à ce juré" in reponse.content.decode()
    assert Conflit.objects.get().collectivite == bassens
    affectations[0].refresh_from_db()
    assert affectations[0].recusee_le is not None


def test_a_conflict_is_read_and_not_changed(
    connecte: Connecte, jure: Jure, bassens: Collectivite, chargee_de_mission: Utilisateur
) -> None:
    conflit = Conflit.objects.create(jure=jure, collectivite=bassens, nature="autre")
    client = connecte(chargee_de_mission)
    adresse = reverse("admin:candidatures_conflit_change", args=[conflit.pk])
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {"nature": "personnel"}).status_code == 403
    assert client.get(reverse("admin:candidatures_jure_change", args=[jure.pk])).status_code == 200


def test_the_panel_without_a_campaign_is_empty(connecte: Connecte, utilisateur_jure: Utilisateur) -> None:
    page = connecte(utilisateur_jure).get(reverse("admin:index")).content.decode()
    assert "Rien ne vous attend ici" in page
    president = ground.habiliter(ground.utilisateur("Paule"), "presidence_jury")
    assert "Rien ne vous attend ici" in connecte(president).get(reverse("admin:index")).content.decode()


def test_signing_in_leads_back_to_the_panel(connecte: Connecte, utilisateur_jure: Utilisateur) -> None:
    client = connecte(utilisateur_jure)
    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")
