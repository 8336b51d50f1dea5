from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatAction(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    A_RELIRE = "a_relire", "à relire"
    PUBLIEE = "publiee", "publiée"
    A_CONFIRMER = "a_confirmer", "à confirmer"
    ARCHIVEE = "archivee", "archivée"
    DEPUBLIEE = "depubliee", "dépubliée par la modération"
    FUSIONNEE = "fusionnee", "fusionnée dans une autre"


PUBLICS = (EtatAction.PUBLIEE, EtatAction.A_CONFIRMER)


PUBLIER = Transition("publier", depuis={EtatAction.BROUILLON, EtatAction.ARCHIVEE}, vers=EtatAction.PUBLIEE)
REPRENDRE = Transition("remettre en brouillon", depuis={*PUBLICS}, vers=EtatAction.BROUILLON)
VIEILLIR = Transition("demander confirmation", depuis={EtatAction.PUBLIEE}, vers=EtatAction.A_CONFIRMER)
CONFIRMER = Transition("confirmer", depuis={*PUBLICS}, vers=EtatAction.PUBLIEE)
ACCEPTER = Transition("accepter", depuis={EtatAction.A_RELIRE}, vers=EtatAction.BROUILLON)
ECARTER = Transition("écarter", depuis={EtatAction.A_RELIRE}, vers=EtatAction.ARCHIVEE, motif_requis=True)
ARCHIVER = Transition("archiver", depuis={*PUBLICS, EtatAction.BROUILLON}, vers=EtatAction.ARCHIVEE)
FUSIONNER = Transition(
    "fusionner", depuis={*PUBLICS, EtatAction.BROUILLON, EtatAction.ARCHIVEE}, vers=EtatAction.FUSIONNEE
)
DEPUBLIER = Transition("dépublier", depuis={*PUBLICS}, vers=EtatAction.DEPUBLIEE, motif_requis=True)
RETABLIR = Transition("rétablir", depuis={EtatAction.DEPUBLIEE}, vers=EtatAction.BROUILLON)

TRANSITIONS = (ACCEPTER, ECARTER, PUBLIER, REPRENDRE, VIEILLIR, CONFIRMER, ARCHIVER, FUSIONNER, DEPUBLIER, RETABLIR)


class EtatSelection(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    PUBLIEE = "publiee", "publiée"
    RETIREE = "retiree", "retirée"


PUBLIER_SELECTION = Transition(
    "publier", depuis={EtatSelection.BROUILLON, EtatSelection.RETIREE}, vers=EtatSelection.PUBLIEE
)
RETIRER_SELECTION = Transition("retirer", depuis={EtatSelection.PUBLIEE}, vers=EtatSelection.RETIREE)

TRANSITIONS_DE_SELECTION = (PUBLIER_SELECTION, RETIRER_SELECTION)
