from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.jury import actions as jury
from candidatures.pilotage.permissions import peut_conduire, peut_suivre
from candidatures.pilotage.queries import Filtres, jalons, page_de_dossiers
from tests.factories import ground, palmares
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
LISTE = "admin:pilotage_dossiers"


@pytest.fixture
def campagne(db: None) -> Campagne:
    return ground.campagne()


def conduire(client: Client, campagne: Campagne, code: str, **donnees: str) -> str:
    adresse = reverse("admin:pilotage_conduire", args=[campagne.pk, code])
    page = client.post(adresse, donnees, follow=True).content.decode()
    campagne.refresh_from_db()
    return page


# The list


def test_the_list_shows_the_latest_deposits_first_and_hides_drafts(
    connecte: Connecte, campagne: Campagne, chargee_de_mission: Utilisateur
) -> None:
    premier, second = fabrique.dossier(campagne), fabrique.dossier(campagne)
    page = connecte(chargee_de_mission).get(reverse(LISTE)).content.decode()
    assert page.index(second.collectivite.nom) < page.index(premier.collectivite.nom)


@pytest.mark.parametrize("texte", ["bassens", "BASS", "33032", "33530"])
def test_the_list_is_searched_by_name_and_by_codes(campagne: Campagne, texte: str) -> None:
    bassens = ground.collectivite("Bassens", "33032")
    voulu = fabrique.dossier(campagne, bassens)
    fabrique.dossier(campagne, ground.collectivite("Bram", codes_postaux=["11150"]))
    assert [ligne.dossier for ligne in page_de_dossiers(campagne, Filtres(texte=texte)).lignes] == [voulu]


def test_the_list_is_filtered_by_state_type_and_region(
    connecte: Connecte, campagne: Campagne, chargee_de_mission: Utilisateur
) -> None:
    epci = ground.collectivite("Une agglomération", "200000001", type=TypeCollectivite.EPCI)
    de_l_epci = fabrique.dossier(campagne, epci, etat=EtatDossier.DEPOSE)
    commune = fabrique.dossier(campagne)
    client = connecte(chargee_de_mission)

    def noms(**filtres: str) -> tuple[bool, bool]:
        page = client.get(reverse(LISTE), filtres).content.decode()
        return de_l_epci.collectivite.nom in page, commune.collectivite.nom in page

    assert noms(type="epci") == (True, False)
    assert noms(etat="recevable") == (False, True)
    assert noms(etat="brouillon") == (False, False)
    assert noms(region="75") == (True, True)
    assert noms(type="lune", region="zz") == (True, True)


@pytest.mark.parametrize("filtres", [Filtres(), Filtres(etat="recevable"), Filtres(texte="commune")])
def test_the_pages_follow_one_another_without_hole_nor_double(campagne: Campagne, filtres: Filtres) -> None:
    attendus = {fabrique.dossier(campagne).pk for _ in range(5)}
    vus: list[int] = []
    apres, tours = "", 0
    while tours < 6:
        page = page_de_dossiers(campagne, filtres, apres, taille=2)
        vus += [ligne.dossier.pk for ligne in page.lignes]
        apres, tours = page.suivante, tours + 1
        if not apres:
            break
    assert len(vus) == 5
    assert set(vus) == attendus


def test_a_cursor_that_leads_nowhere_starts_again(campagne: Campagne) -> None:
    dossier = fabrique.dossier(campagne)
    assert [ligne.dossier for ligne in page_de_dossiers(campagne, Filtres(), "999999").lignes] == [dossier]
    assert page_de_dossiers(campagne, Filtres(), "abc").est_premiere


def test_without_a_campaign_there_is_no_list(connecte: Connecte, chargee_de_mission: Utilisateur) -> None:
    assert connecte(chargee_de_mission).get(reverse(LISTE)).status_code == 404


# The course of the campaign


def test_an_administrator_leads_the_campaign_from_its_opening_to_its_publication(
    connecte: Connecte, administratrice: Utilisateur
) -> None:
    campagne = ground.campagne(ouverte=False)
    client = connecte(administratrice)
    page = conduire(client, campagne, "ouvrir")
    assert "Clore les dépôts" in page
    fabrique.dossier(campagne)
    assert "motif est nécessaire" in conduire(client, campagne, "clore")
    conduire(client, campagne, "clore", motif="Tous les dossiers sont là.")
    conduire(client, campagne, "evaluer")
    assert campagne.etat == EtatCampagne.EVALUATION
    conduire(client, campagne, "deliberer")
    conduire(client, campagne, "arreter")
    assert campagne.etat == EtatCampagne.ARRETEE


def test_opening_the_evaluation_opens_the_dossiers_that_are_ready(
    connecte: Connecte, campagne: Campagne, administratrice: Utilisateur
) -> None:
    dossier = fabrique.dossier(campagne)
    for jure in (fabrique.jure("Zoé"), fabrique.jure("Tess")):
        jury.affecter(dossier, jure, par=administratrice)
    client = connecte(administratrice)
    conduire(client, campagne, "clore", motif="Fini")
    conduire(client, campagne, "evaluer")
    dossier.refresh_from_db()
    assert dossier.etat == EtatDossier.EN_EVALUATION


def test_publishing_makes_the_results_public(connecte: Connecte, administratrice: Utilisateur) -> None:
    campagne = fabrique.en_evaluation(ground.campagne())
    client = connecte(administratrice)
    for code in ("deliberer", "arreter", "publier", "cloturer"):
        conduire(client, campagne, code)
    assert campagne.etat == EtatCampagne.CLOTUREE
    assert all(j.est_passe for j in jalons(campagne))
    page = client.get(reverse("admin:pilotage_campagne", args=[campagne.pk])).content.decode()
    assert "plus rien à conduire" in page


def test_publishing_leads_to_the_making_of_the_certificates(
    connecte: Connecte, bassens: Collectivite, administratrice: Utilisateur
) -> None:
    campagne = palmares.campagne_arretee(bassens)
    page = conduire(connecte(administratrice), campagne, "publier")
    assert "Production des certificats 2027" in page
    conduite = connecte(administratrice).get(reverse("admin:pilotage_campagne", args=[campagne.pk]))
    assert f'href="{campagne.lots.get().get_absolute_url()}"' in conduite.content.decode()


def test_the_closing_is_moved_with_a_motive(
    connecte: Connecte, campagne: Campagne, administratrice: Utilisateur
) -> None:
    client = connecte(administratrice)
    demain = timezone.localtime(timezone.now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
    adresse = reverse("admin:pilotage_conduire", args=[campagne.pk, "prolonger"])
    refusee = client.post(adresse, {"jusqu_au": "demain", "motif": ""})
    assert refusee.status_code == 422
    assert "Donnez une date et une heure" in refusee.content.decode()
    conduire(client, campagne, "prolonger", jusqu_au=demain, motif="Une panne nationale.")
    assert timezone.localtime(campagne.cloture_le).strftime("%Y-%m-%dT%H:%M") == demain


def test_a_campaign_is_cancelled_with_a_motive(
    connecte: Connecte, campagne: Campagne, administratrice: Utilisateur
) -> None:
    conduire(connecte(administratrice), campagne, "annuler", motif="Force majeure")
    assert campagne.etat == EtatCampagne.ANNULEE
    assert not any(j.est_courant for j in jalons(campagne))


def test_a_draft_is_announced(connecte: Connecte, administratrice: Utilisateur) -> None:
    from candidatures.campagnes import actions

    debut = timezone.now()
    brouillon = actions.creer(
        2030,
        version=ground.version_publiee(),
        regles=actions.charger_regles("2027"),
        ouverture_le=debut,
        cloture_le=debut + timedelta(days=9),
        par=None,
    )
    conduire(connecte(administratrice), brouillon, "annoncer")
    assert brouillon.etat == EtatCampagne.ANNONCEE


def test_what_is_not_a_gesture_does_not_exist(
    connecte: Connecte, campagne: Campagne, administratrice: Utilisateur
) -> None:
    adresse = reverse("admin:pilotage_conduire", args=[campagne.pk, "danser"])
    assert connecte(administratrice).post(adresse).status_code == 404


def test_a_chargee_de_mission_sees_why_she_may_not_lead(
    connecte: Connecte, campagne: Campagne, chargee_de_mission: Utilisateur
) -> None:
    client = connecte(chargee_de_mission)
    page = client.get(reverse("admin:pilotage_campagne", args=[campagne.pk])).content.decode()
    assert "Seul un administrateur" in page
    reponse = client.post(reverse("admin:pilotage_conduire", args=[campagne.pk, "clore"]), {"motif": "x"})
    assert reponse.status_code == 403


def test_the_rules_of_the_association(
    campagne: Campagne, administratrice: Utilisateur, voisine: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    from candidatures.campagnes import etats

    assert peut_suivre(chargee_de_mission)
    assert peut_suivre(voisine).masque
    assert peut_conduire(voisine, campagne, etats.CLORE).masque
    assert peut_conduire(administratrice, campagne, etats.CLORE)
    assert "Impossible" in peut_conduire(administratrice, campagne, etats.PUBLIER).motif
