"""The calendar acts by itself: a campaign opens and closes at its hour, by the database's clock."""

from collections.abc import Callable
from functools import partial

from celery import shared_task

from candidatures.campagnes import actions
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from villes_internet.socle.horloge import heure_de_la_base
from villes_internet.socle.transitions import TransitionRefusee


@shared_task
def suivre_le_calendrier() -> int:
    """Every minute: open the announced campaigns and close the open ones whose hour has come; how many moved.

    Safe to run twice at once: the second finds the state already changed and leaves it.
    """
    maintenant = heure_de_la_base()
    a_ouvrir = Campagne.objects.filter(etat=EtatCampagne.ANNONCEE, ouverture_le__lte=maintenant)
    a_clore = Campagne.objects.filter(etat=EtatCampagne.OUVERTE, cloture_le__lte=maintenant)
    gestes = [partial(actions.ouvrir, campagne, par=None) for campagne in a_ouvrir]
    gestes += [partial(actions.clore, campagne, par=None, a=maintenant) for campagne in a_clore]
    return sum(_a_abouti(geste) for geste in gestes)


def _a_abouti(geste: Callable[[], object]) -> bool:
    try:
        geste()
    except TransitionRefusee:
        return False
    return True
