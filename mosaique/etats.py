from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatReponseInvitee(TextChoices):
    A_RELIRE = "a_relire", "à relire"
    ACCEPTEE = "acceptee", "acceptée"
    ECARTEE = "ecartee", "écartée"


ACCEPTER = Transition("accepter la réponse", depuis={EtatReponseInvitee.A_RELIRE}, vers=EtatReponseInvitee.ACCEPTEE)
ECARTER = Transition("écarter la réponse", depuis={EtatReponseInvitee.A_RELIRE}, vers=EtatReponseInvitee.ECARTEE)

TRANSITIONS = (ACCEPTER, ECARTER)
