from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatDossier(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    EN_VALIDATION = "en_validation", "en validation"
    APPROUVE = "approuve", "approuvé"
    DEPOSE = "depose", "déposé"
    RECEVABLE = "recevable", "recevable"
    IRRECEVABLE = "irrecevable", "irrecevable"
    EN_EVALUATION = "en_evaluation", "en évaluation"
    EVALUE = "evalue", "évalué"
    DELIBERE = "delibere", "délibéré"
    PUBLIE = "publie", "publié"
    RETIRE = "retire", "retiré"


_E = EtatDossier
DEMANDER_APPROBATION = Transition("demander l’approbation", depuis={_E.BROUILLON}, vers=_E.EN_VALIDATION)
RENVOYER = Transition(
    "renvoyer en brouillon", depuis={_E.EN_VALIDATION, _E.APPROUVE}, vers=_E.BROUILLON, motif_requis=True
)
APPROUVER = Transition("approuver", depuis={_E.EN_VALIDATION}, vers=_E.APPROUVE)
DEPOSER = Transition("déposer", depuis={_E.APPROUVE}, vers=_E.DEPOSE)
ROUVRIR = Transition("rouvrir", depuis={_E.DEPOSE}, vers=_E.BROUILLON)
DECLARER_RECEVABLE = Transition("déclarer recevable", depuis={_E.DEPOSE, _E.IRRECEVABLE}, vers=_E.RECEVABLE)
DECLARER_IRRECEVABLE = Transition(
    "déclarer irrecevable", depuis={_E.DEPOSE, _E.RECEVABLE}, vers=_E.IRRECEVABLE, motif_requis=True
)
METTRE_EN_EVALUATION = Transition("mettre en évaluation", depuis={_E.RECEVABLE}, vers=_E.EN_EVALUATION)
TERMINER_EVALUATION = Transition("terminer l’évaluation", depuis={_E.EN_EVALUATION}, vers=_E.EVALUE)
REPRENDRE_EVALUATION = Transition("reprendre l’évaluation", depuis={_E.EVALUE}, vers=_E.EN_EVALUATION)
DELIBERER = Transition("délibérer", depuis={_E.EVALUE, _E.DELIBERE}, vers=_E.DELIBERE)
PUBLIER = Transition("publier", depuis={_E.DELIBERE}, vers=_E.PUBLIE)
RETIRER = Transition(
    "retirer",
    depuis={_E.BROUILLON, _E.EN_VALIDATION, _E.APPROUVE, _E.DEPOSE, _E.RECEVABLE},
    vers=_E.RETIRE,
    motif_requis=True,
)

TRANSITIONS = (
    DEMANDER_APPROBATION,
    RENVOYER,
    APPROUVER,
    DEPOSER,
    ROUVRIR,
    DECLARER_RECEVABLE,
    DECLARER_IRRECEVABLE,
    METTRE_EN_EVALUATION,
    TERMINER_EVALUATION,
    REPRENDRE_EVALUATION,
    DELIBERER,
    PUBLIER,
    RETIRER,
)
MODIFIABLES = (EtatDossier.BROUILLON,)
DEPOSES = (
    EtatDossier.DEPOSE,
    EtatDossier.RECEVABLE,
    EtatDossier.EN_EVALUATION,
    EtatDossier.EVALUE,
    EtatDossier.DELIBERE,
    EtatDossier.PUBLIE,
)
