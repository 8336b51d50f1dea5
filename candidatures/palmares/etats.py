from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatCertificat(TextChoices):
    VALABLE = "valable", "valable"
    REMPLACE = "remplace", "remplacé"
    ANNULE = "annule", "annulé"


REMPLACER = Transition("remplacer", depuis={EtatCertificat.VALABLE}, vers=EtatCertificat.REMPLACE, motif_requis=True)
ANNULER = Transition("annuler", depuis={EtatCertificat.VALABLE}, vers=EtatCertificat.ANNULE, motif_requis=True)

TRANSITIONS = (REMPLACER, ANNULER)
