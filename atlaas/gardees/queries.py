from django.db.models import QuerySet

from atlaas.etats import PUBLICS
from atlaas.models import Action, Gardee
from atlaas.queries import avec_cartes
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import Personne

PAR_PAGE = 24


def gardees_par(personne: Utilisateur) -> QuerySet[Action]:
    """Those still public, the last kept first."""
    fiches = Action.objects.filter(gardees__personne=personne, etat__in=PUBLICS)
    return avec_cartes(fiches.order_by("-gardees__le", "-gardees__pk"))


def nb_parties(personne: Utilisateur) -> int:
    """How many of those that the person keeps left the public pages; their titles are no longer theirs to read."""
    return Gardee.objects.filter(personne=personne).exclude(action__etat__in=PUBLICS).count()


def est_gardee(personne: Personne, action: Action) -> bool:
    return Gardee.objects.filter(personne=personne.pk, action=action).exists()
