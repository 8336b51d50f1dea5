import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.campagnes.permissions import peut_ecrire_la_grille, peut_ecrire_les_regles
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


def grille(campagne: Campagne, **poids: str) -> dict[str, str]:
    """The criteria as the form sends them, with other weights."""
    donnees = {**VIDE, "echelle": json.dumps(campagne.echelle), "nom": "Autre nom", "mentions-0-nom": "Autre mention"}
    criteres = list(campagne.criteres.all())
    donnees |= {"criteres-TOTAL_FORMS": str(len(criteres)), "criteres-INITIAL_FORMS": str(len(criteres))}
    for rang, critere in enumerate(criteres):
        champs = {"code": critere.code, "nom": critere.nom, "observation": critere.observation}
        champs |= {"id": str(critere.pk), "campagne": str(campagne.pk), "position": str(critere.position)}
        champs["poids"] = poids.get(critere.code, str(critere.poids))
        donnees |= {f"criteres-{rang}-{nom}": valeur for nom, valeur in champs.items()}
        if critere.est_precalcule:
            donnees[f"criteres-{rang}-est_precalcule"] = "on"
    return donnees


def test_the_comite_writes_the_grid_of_a_draft_and_nothing_else(
    connecte: Connecte, membre_du_comite: Utilisateur, administratrice: Utilisateur
) -> None:
    brouillon = creer(connecte(administratrice))
    adresse, client = reverse("admin:candidatures_campagne_change", args=[brouillon.pk]), connecte(membre_du_comite)
    accueil = client.get(reverse("admin:index")).content.decode()
    assert f'href="{adresse}#criteres-group"' in accueil
    page = client.get(adresse).content.decode()
    assert 'name="criteres-0-poids"' in page
    assert 'name="echelle"' in page
    assert 'aria-label="Poids, J1 ' in page
    for ferme in ('name="cloture_le', 'name="mentions-0-nom"', 'name="version"', "Conduire la campagne"):
        assert ferme not in page
    reponse = client.post(adresse, grille(brouillon, J1="10", J2="25") | {"cloture_le": "2040-01-01T00:00"})
    assert reponse.status_code == 302
    relue = Campagne.objects.get(pk=brouillon.pk)
    assert dict(relue.criteres.values_list("code", "poids"))["J2"] == 25
    assert (relue.nom, relue.cloture_le) == (brouillon.nom, brouillon.cloture_le)
    assert not relue.mentions.filter(nom="Autre mention").exists()


def test_the_comite_reads_an_announced_campaign_and_makes_none(
    connecte: Connecte, membre_du_comite: Utilisateur
) -> None:
    campagne, client = ground.campagne(), connecte(membre_du_comite)
    adresse = reverse("admin:candidatures_campagne_change", args=[campagne.pk])
    assert "Conduire" not in client.get(reverse("admin:candidatures_campagne_changelist")).content.decode()
    page = client.get(adresse).content.decode()
    assert 'name="criteres-0-poids"' not in page
    assert campagne.criteres.earliest("position").nom in page
    assert client.post(adresse, grille(campagne, J1="10", J2="25")).status_code == 403
    assert campagne.criteres.get(code="J2").poids == 20
    assert client.get(reverse(AJOUT)).status_code == 403
    assert client.post(reverse("admin:candidatures_campagne_delete", args=[campagne.pk])).status_code == 403


def test_who_writes_the_rules_and_the_grid(
    membre_du_comite: Utilisateur,
    administratrice: Utilisateur,
    chargee_de_mission: Utilisateur,
    utilisateur_jure: Utilisateur,
) -> None:
    annoncee = ground.campagne()
    brouillon = Campagne(etat=EtatCampagne.BROUILLON)
    assert peut_ecrire_la_grille(membre_du_comite, brouillon)
    assert peut_ecrire_la_grille(administratrice, brouillon)
    assert peut_ecrire_les_regles(administratrice)
    assert "administrateur" in peut_ecrire_les_regles(membre_du_comite).motif
    assert "comité" in peut_ecrire_la_grille(chargee_de_mission, brouillon).motif
    assert "ne change plus" in peut_ecrire_la_grille(membre_du_comite, annoncee).motif
    assert peut_ecrire_la_grille(utilisateur_jure, brouillon).masque
    assert peut_ecrire_les_regles(utilisateur_jure).masque


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
