from datetime import timedelta

import pytest
from django.utils import timezone

from candidatures.campagnes import actions, etats
from candidatures.campagnes.models import Campagne
from tests.factories import ground
from villes_internet.socle.models import Evenement
from villes_internet.socle.transitions import TransitionRefusee

pytestmark = pytest.mark.django_db


def test_creer_gives_the_grid_of_eight_criteria_weighing_one_hundred() -> None:
    campagne = ground.campagne()
    assert campagne.criteres.count() == 8
    assert sum(c.poids for c in campagne.criteres.all()) == 100
    assert campagne.mentions.filter(est_verte=True).count() == 1


def test_annoncer_refuses_weights_that_do_not_make_one_hundred() -> None:
    campagne = ground.campagne(ouverte=False)
    Campagne.objects.filter(pk=campagne.pk).update(etat=etats.EtatCampagne.BROUILLON)
    campagne.refresh_from_db()
    campagne.criteres.filter(code="J1").update(poids=20)
    with pytest.raises(TransitionRefusee, match="105"):
        actions.annoncer(campagne, par=None)


def test_clore_before_the_announced_hour_needs_a_motive_and_moves_the_hour() -> None:
    campagne = ground.campagne()
    maintenant = timezone.now()
    with pytest.raises(TransitionRefusee, match="motif"):
        actions.clore(campagne, par=None, a=maintenant)
    actions.clore(campagne, par=None, a=maintenant, motif="Tous les dossiers sont là.")
    campagne.refresh_from_db()
    assert campagne.cloture_le == maintenant
    assert Evenement.objects.de(campagne).recents()[0].motif == "Tous les dossiers sont là."


def test_prolonger_reopens_a_closed_campaign_until_a_later_hour() -> None:
    campagne = ground.campagne()
    maintenant = timezone.now()
    actions.clore(campagne, par=None, a=maintenant, motif="Essai")
    with pytest.raises(TransitionRefusee, match="à venir"):
        actions.prolonger(campagne, jusqu_au=maintenant, par=None, a=maintenant, motif="Panne")
    demain = maintenant + timedelta(days=1)
    actions.prolonger(campagne, jusqu_au=demain, par=None, a=maintenant, motif="Panne")
    campagne.refresh_from_db()
    assert (campagne.etat, campagne.cloture_le) == (etats.EtatCampagne.OUVERTE, demain)


def test_annoncer_waits_for_a_published_referentiel() -> None:
    campagne = ground.campagne(ouverte=False)
    Campagne.objects.filter(pk=campagne.pk).update(etat=etats.EtatCampagne.BROUILLON)
    campagne.refresh_from_db()
    type(campagne.version).objects.filter(pk=campagne.version_id).update(etat="brouillon")
    campagne.refresh_from_db()
    with pytest.raises(TransitionRefusee, match="référentiel"):
        actions.annoncer(campagne, par=None)
