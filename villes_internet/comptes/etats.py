from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatHabilitation(TextChoices):
    DEMANDEE = "demandee", "demandée"
    ACCEPTEE = "acceptee", "acceptée"
    REFUSEE = "refusee", "refusée"
    RETIREE = "retiree", "retirée"
    REVOQUEE = "revoquee", "révoquée"


ACCEPTER = Transition("accepter la demande", depuis={EtatHabilitation.DEMANDEE}, vers=EtatHabilitation.ACCEPTEE)
REFUSER = Transition(
    "refuser la demande", depuis={EtatHabilitation.DEMANDEE}, vers=EtatHabilitation.REFUSEE, motif_requis=True
)
RETIRER = Transition("retirer la demande", depuis={EtatHabilitation.DEMANDEE}, vers=EtatHabilitation.RETIREE)
REVOQUER = Transition("révoquer", depuis={EtatHabilitation.ACCEPTEE}, vers=EtatHabilitation.REVOQUEE)

TRANSITIONS = (ACCEPTER, REFUSER, RETIRER, REVOQUER)
