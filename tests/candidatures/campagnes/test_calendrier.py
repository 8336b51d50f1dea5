from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from candidatures.campagnes import actions
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.campagnes.tasks import suivre_le_calendrier
from candidatures.dossiers.actions import rouvrir
from candidatures.dossiers.models import Dossier
from candidatures.pilotage.actions import Ordre, prolonger
from tests.factories import dossiers, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.horloge import a_partir_de
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db


def test_an_open_campaign_closes_at_its_hour_and_not_before() -> None:
    campagne = ground.campagne()
    with a_partir_de(campagne.cloture_le - timedelta(seconds=30)):
        assert suivre_le_calendrier() == 0
    with a_partir_de(campagne.cloture_le):
        assert suivre_le_calendrier() == 1
        assert suivre_le_calendrier() == 0
    campagne.refresh_from_db()
    assert campagne.etat == EtatCampagne.CLOSE
    assert Evenement.objects.de(campagne).recents()[0].par is None


def test_an_announced_campaign_opens_at_its_hour() -> None:
    campagne = ground.campagne(ouverte=False)
    with a_partir_de(campagne.ouverture_le - timedelta(minutes=1)):
        assert suivre_le_calendrier() == 0
    assert suivre_le_calendrier() == 1
    campagne.refresh_from_db()
    assert campagne.etat == EtatCampagne.OUVERTE


def test_prolonger_judges_the_fiches_of_open_drafts_at_the_new_closing_day(
    bassens: Collectivite, administratrice: Utilisateur
) -> None:
    campagne = ground.campagne()
    dossier = dossiers.dossier(bassens, campagne)
    nouvelle = campagne.cloture_le + timedelta(days=10)
    prolonger(campagne, Ordre(administratrice, timezone.now(), "Panne nationale.", nouvelle))
    dossier.mosaique.refresh_from_db()
    assert dossier.mosaique.date_reference == timezone.localdate(nouvelle)


@pytest.mark.parametrize("nombre", [1, 3])
def test_prolonger_costs_the_same_whatever_the_number_of_open_drafts(
    nombre: int, administratrice: Utilisateur, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    campagne = ground.campagne()
    for _ in range(nombre):
        dossiers.dossier(ground.collectivite(), campagne)
    nouvelle = campagne.cloture_le + timedelta(days=10)
    with django_assert_max_num_queries(8):
        prolonger(campagne, Ordre(administratrice, timezone.now(), "Panne nationale.", nouvelle))
    references = set(campagne.dossiers.values_list("mosaique__date_reference", flat=True))
    assert references == {timezone.localdate(nouvelle)}


def test_a_dossier_opened_again_after_a_prolongation_is_judged_at_the_new_closing_day(
    bassens: Collectivite, administratrice: Utilisateur
) -> None:
    campagne = ground.campagne()
    dossier = dossiers.dossier(bassens, campagne, etat="depose")
    annoncee, nouvelle = campagne.cloture_le, campagne.cloture_le + timedelta(days=10)
    prolonger(campagne, Ordre(administratrice, timezone.now(), "Panne nationale.", nouvelle))
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.mosaique.date_reference == timezone.localdate(annoncee)
    rouvrir(dossier, par=administratrice)
    assert Dossier.objects.get(pk=dossier.pk).mosaique.date_reference == timezone.localdate(nouvelle)


@pytest.mark.parametrize(
    ("etapes", "attendu"),
    [
        (("evaluer", "deliberer", "arreter"), EtatCampagne.ARRETEE),
        (("evaluer", "deliberer", "arreter", "publier", "cloturer"), EtatCampagne.CLOTUREE),
    ],
)
def test_a_campaign_goes_through_its_year(etapes: tuple[str, ...], attendu: EtatCampagne) -> None:
    campagne = ground.campagne()
    actions.clore(campagne, par=None, a=timezone.now(), motif="Essai")
    for etape in etapes:
        supplement = {"a": timezone.now()} if etape == "publier" else {}
        getattr(actions, etape)(campagne, par=None, **supplement)
    assert Campagne.objects.get(pk=campagne.pk).etat == attendu


def test_a_campaign_can_be_cancelled_with_a_motive() -> None:
    campagne = ground.campagne()
    actions.annuler(campagne, par=None, motif="Année blanche.")
    assert Campagne.objects.get(pk=campagne.pk).etat == EtatCampagne.ANNULEE
