from django.db.models import TextChoices

from villes_internet.socle.transitions import Transition


class EtatCampagne(TextChoices):
    BROUILLON = "brouillon", "brouillon"
    ANNONCEE = "annoncee", "annoncée"
    OUVERTE = "ouverte", "ouverte"
    CLOSE = "close", "close"
    EVALUATION = "evaluation", "en évaluation"
    DELIBERATION = "deliberation", "en délibération"
    ARRETEE = "arretee", "arrêtée, sous embargo"
    PUBLIEE = "publiee", "publiée"
    CLOTUREE = "cloturee", "clôturée"
    ANNULEE = "annulee", "annulée"


_E = EtatCampagne
ANNONCER = Transition("annoncer", depuis={_E.BROUILLON}, vers=_E.ANNONCEE)
OUVRIR = Transition("ouvrir", depuis={_E.ANNONCEE}, vers=_E.OUVERTE)
CLORE = Transition("clore", depuis={_E.OUVERTE}, vers=_E.CLOSE)
PROLONGER = Transition("prolonger", depuis={_E.OUVERTE, _E.CLOSE}, vers=_E.OUVERTE, motif_requis=True)
EVALUER = Transition("ouvrir l’évaluation", depuis={_E.CLOSE}, vers=_E.EVALUATION)
DELIBERER = Transition("ouvrir la délibération", depuis={_E.EVALUATION}, vers=_E.DELIBERATION)
ARRETER = Transition("arrêter les résultats", depuis={_E.DELIBERATION}, vers=_E.ARRETEE)
PUBLIER = Transition("publier les résultats", depuis={_E.ARRETEE}, vers=_E.PUBLIEE)
CLOTURER = Transition("clôturer", depuis={_E.PUBLIEE}, vers=_E.CLOTUREE)
ANNULER = Transition(
    "annuler",
    depuis={_E.BROUILLON, _E.ANNONCEE, _E.OUVERTE, _E.CLOSE, _E.EVALUATION, _E.DELIBERATION, _E.ARRETEE},
    vers=_E.ANNULEE,
    motif_requis=True,
)

TRANSITIONS = (
    ANNONCER,
    OUVRIR,
    CLORE,
    PROLONGER,
    EVALUER,
    DELIBERER,
    ARRETER,
    PUBLIER,
    CLOTURER,
    ANNULER,
)
