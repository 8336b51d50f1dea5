from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatEvaluation(TextChoices):
    BROUILLON = "brouillon", "en cours"
    SOUMISE = "soumise", "soumise"


SOUMETTRE = Transition("soumettre", depuis={EtatEvaluation.BROUILLON}, vers=EtatEvaluation.SOUMISE)
RENDRE = Transition("rendre au juré", depuis={EtatEvaluation.SOUMISE}, vers=EtatEvaluation.BROUILLON, motif_requis=True)

TRANSITIONS = (SOUMETTRE, RENDRE)
