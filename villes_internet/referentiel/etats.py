from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatVersion(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    PUBLIEE = "publiee", "publiée"
    RETIREE = "retiree", "retirée"


PUBLIER = Transition("publier", depuis={EtatVersion.BROUILLON}, vers=EtatVersion.PUBLIEE)
RETIRER = Transition("retirer", depuis={EtatVersion.PUBLIEE}, vers=EtatVersion.RETIREE)

TRANSITIONS = (PUBLIER, RETIRER)
