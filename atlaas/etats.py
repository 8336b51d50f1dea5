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


class EtatPropos(TextChoices):
    """A question under a fiche, or an answer to one."""

    EN_ATTENTE = "en_attente", "à relire par l’association"
    PUBLIE = "publie", "publié"
    RETIRE = "retire", "retiré par la modération"
    REPRIS = "repris", "retiré par son auteur"


PUBLIER_PROPOS = Transition("publier le propos", depuis={EtatPropos.EN_ATTENTE}, vers=EtatPropos.PUBLIE)
RETIRER_PROPOS = Transition(
    "retirer le propos", depuis={EtatPropos.EN_ATTENTE, EtatPropos.PUBLIE}, vers=EtatPropos.RETIRE, motif_requis=True
)
RETABLIR_PROPOS = Transition("rétablir le propos", depuis={EtatPropos.RETIRE}, vers=EtatPropos.PUBLIE)
REPRENDRE_PROPOS = Transition(
    "reprendre le propos", depuis={EtatPropos.EN_ATTENTE, EtatPropos.PUBLIE}, vers=EtatPropos.REPRIS
)
TRANSITIONS_PROPOS = (PUBLIER_PROPOS, RETIRER_PROPOS, RETABLIR_PROPOS, REPRENDRE_PROPOS)


class EtatCorrection(TextChoices):
    PROPOSEE = "proposee", "proposée"
    ACCEPTEE = "acceptee", "acceptée"
    ECARTEE = "ecartee", "écartée"
    RETIREE = "retiree", "retirée par la modération"
    REPRISE = "reprise", "reprise par son auteur"


def _depuis_proposee(verbe: str, vers: EtatCorrection, *, motif_requis: bool = False) -> Transition:
    return Transition(verbe, depuis={EtatCorrection.PROPOSEE}, vers=vers, motif_requis=motif_requis)


ACCEPTER_CORRECTION = _depuis_proposee("accepter la correction", EtatCorrection.ACCEPTEE)
ECARTER_CORRECTION = _depuis_proposee("écarter la correction", EtatCorrection.ECARTEE, motif_requis=True)
RETIRER_CORRECTION = _depuis_proposee("retirer la correction", EtatCorrection.RETIREE, motif_requis=True)
REPRENDRE_CORRECTION = _depuis_proposee("reprendre la correction", EtatCorrection.REPRISE)
TRANSITIONS_CORRECTION = (ACCEPTER_CORRECTION, ECARTER_CORRECTION, RETIRER_CORRECTION, REPRENDRE_CORRECTION)
