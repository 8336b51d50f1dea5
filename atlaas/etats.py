from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatAction(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    PUBLIEE = "publiee", "publiée"
    ARCHIVEE = "archivee", "archivée"
    DEPUBLIEE = "depubliee", "dépubliée par la modération"


PUBLIER = Transition("publier", depuis={EtatAction.BROUILLON, EtatAction.ARCHIVEE}, vers=EtatAction.PUBLIEE)
REPRENDRE = Transition("remettre en brouillon", depuis={EtatAction.PUBLIEE}, vers=EtatAction.BROUILLON)
ARCHIVER = Transition("archiver", depuis={EtatAction.PUBLIEE, EtatAction.BROUILLON}, vers=EtatAction.ARCHIVEE)
DEPUBLIER = Transition("dépublier", depuis={EtatAction.PUBLIEE}, vers=EtatAction.DEPUBLIEE, motif_requis=True)
RETABLIR = Transition("rétablir", depuis={EtatAction.DEPUBLIEE}, vers=EtatAction.BROUILLON)

TRANSITIONS = (PUBLIER, REPRENDRE, ARCHIVER, DEPUBLIER, RETABLIR)
