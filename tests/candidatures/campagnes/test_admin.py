from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from candidatures.campagnes.models import Campagne
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.actions import charger_donnees, importer_version

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
AJOUT = "admin:candidatures_campagne_add"
VIDE = {f"{p}-{c}": "0" for p in ("criteres", "mentions") for c in ("TOTAL_FORMS", "INITIAL_FORMS")}


def creer(client: Client) -> Campagne:
    client.post(
        reverse(AJOUT),
        {
            "annee": "2031",
            "version": str(ground.version_publiee().pk),
            "ouverture_le": "2031-03-01T09:00",
            "cloture_le": "2031-06-15T18:00",
        },
    )
    return Campagne.objects.get(annee=2031)


def test_a_new_campaign_takes_the_rules_of_the_application_in_paris_time(
    connecte: Connecte, administratrice: Utilisateur
) -> None:
    campagne = creer(connecte(administratrice))
    assert (campagne.criteres.count(), campagne.etat) == (8, "brouillon")
    assert campagne.cloture_le.isoformat() == "2031-06-15T16:00:00+00:00"


def test_a_draft_is_edited_and_an_announced_campaign_is_not(connecte: Connecte, administratrice: Utilisateur) -> None:
    client = connecte(administratrice)
    brouillon = creer(client)
    adresse = reverse("admin:candidatures_campagne_change", args=[brouillon.pk])
    page = client.get(adresse).content.decode()
    assert 'name="cloture_le"' in page
    assert 'name="criteres-0-poids"' in page
    annoncee = ground.campagne()
    adresse = reverse("admin:candidatures_campagne_change", args=[annoncee.pk])
    page = client.get(adresse).content.decode()
    assert 'name="cloture_le"' not in page
    assert 'name="criteres-0-poids"' not in page
    assert "Conduire la campagne 2027" in page
    client.post(adresse, {"jury_le": "2027-10-01", "annee": "2040", **VIDE})
    annoncee.refresh_from_db()
    assert (annoncee.annee, str(annoncee.jury_le)) == (2027, "2027-10-01")


def test_a_chargee_de_mission_reads_the_rules_without_changing_them(
    connecte: Connecte, chargee_de_mission: Utilisateur
) -> None:
    client, campagne = connecte(chargee_de_mission), ground.campagne()
    assert client.get(reverse("admin:candidatures_campagne_changelist")).status_code == 200
    adresse = reverse("admin:candidatures_campagne_change", args=[campagne.pk])
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {"jury_le": "2027-10-01"}).status_code == 403
    assert client.get(reverse(AJOUT)).status_code == 403


def test_a_juror_finds_no_register(connecte: Connecte, utilisateur_jure: Utilisateur) -> None:
    client = connecte(utilisateur_jure)
    assert client.get(reverse("admin:candidatures_campagne_changelist")).status_code == 403
    assert client.get(reverse("admin:candidatures_jure_changelist")).status_code == 403


def test_a_historical_version_is_not_offered_to_a_campaign(connecte: Connecte, administratrice: Utilisateur) -> None:
    ground.version_publiee()
    importer_version(charger_donnees("2004"))
    page = connecte(administratrice).get(reverse(AJOUT)).content.decode()
    assert "Référentiel 2027" in page
    assert "Sept thèmes de 2004" not in page
