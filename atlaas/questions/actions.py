"""Public questions and answers under a fiche, and what the moderation does with them."""

from django.db import transaction
from django.utils import timezone

from atlaas.cadence import menager, mesurer
from atlaas.etats import PUBLIER_PROPOS, REPRENDRE_PROPOS, RETABLIR_PROPOS, RETIRER_PROPOS, EtatPropos
from atlaas.models import Action, Propos, SansQuestion, Signalement
from atlaas.questions import courriels
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import franchir
from villes_internet.territoires.models import Collectivite

QUESTIONS = 10  # a day, for a person
REPONSES = 30
SIGNALEMENTS = 10
RECUES = 30  # questions a day under the fiches of one collectivité


@transaction.atomic
def poser(action: Action, *, pour: Collectivite | None, texte: str, par: Utilisateur) -> Propos:
    """Public at once for who represents a collectivité; read by the association first otherwise.

    Raises ``TransitionRefusee`` beyond a day's number.
    """
    mesurer(par, Propos.objects.questions().filter(auteur=par), QUESTIONS, "questions")
    recues = Propos.objects.questions().filter(action__collectivite=action.collectivite_id)
    menager(action.collectivite, recues, RECUES, "questions")
    etat = EtatPropos.PUBLIE if pour else EtatPropos.EN_ATTENTE
    question = Propos.objects.create(action=action, auteur=par, collectivite=pour, texte=texte, etat=etat)
    consigner(question, "poser une question", par=par, apres=etat, donnees={"fiche": action.pk})
    if pour:
        courriels.question_posee(question)
    return question


@transaction.atomic
def repondre(question: Propos, *, pour: Collectivite, texte: str, par: Utilisateur) -> Propos:
    """Raises ``TransitionRefusee`` beyond a day's number."""
    mesurer(par, Propos.objects.filter(auteur=par, question__isnull=False), REPONSES, "réponses")
    reponse = Propos.objects.create(
        action=question.action,
        question=question,
        auteur=par,
        collectivite=pour,
        texte=texte,
        etat=EtatPropos.PUBLIE,
    )
    consigner(reponse, "répondre à une question", par=par, apres=EtatPropos.PUBLIE, donnees={"question": question.pk})
    courriels.question_repondue(reponse)
    return reponse


@transaction.atomic
def publier(propos: Propos, *, par: Utilisateur) -> Propos:
    """The association has read it: everyone does, and the people of the fiche are told."""
    franchir(propos, PUBLIER_PROPOS, par=par)
    courriels.question_posee(propos)
    courriels.propos_publie(propos)
    return propos


@transaction.atomic
def retirer(propos: Propos, *, motif: str, par: Utilisateur) -> Propos:
    """The author reads the motive; what was reported is answered by it."""
    franchir(propos, RETIRER_PROPOS, par=par, motif=motif)
    _clore_signalements(propos)
    courriels.propos_retire(propos, motif)
    return propos


def retablir(propos: Propos, *, par: Utilisateur) -> Propos:
    return franchir(propos, RETABLIR_PROPOS, par=par)


def reprendre(propos: Propos, *, par: Utilisateur) -> Propos:
    """The author takes back what nobody has answered."""
    return franchir(propos, REPRENDRE_PROPOS, par=par)


@transaction.atomic
def signaler(propos: Propos, *, motif: str, par: Utilisateur) -> Signalement:
    """Nothing is hidden for a report: the association looks. Raises ``TransitionRefusee`` beyond a day's number."""
    mesurer(par, Signalement.objects.filter(par=par), SIGNALEMENTS, "signalements")
    signalement, _ = Signalement.objects.get_or_create(propos=propos, par=par, defaults={"motif": motif})
    consigner(propos, "signaler le propos", par=par, motif=motif)
    return signalement


@transaction.atomic
def classer(propos: Propos, *, par: Utilisateur) -> None:
    """The association has looked at what was reported, and leaves it."""
    if _clore_signalements(propos):
        consigner(propos, "classer le signalement", par=par)


def _clore_signalements(propos: Propos) -> int:
    return propos.signalements.filter(traite_le__isnull=True).update(traite_le=timezone.now())


@transaction.atomic
def regler(action: Action, *, ouvertes: bool, par: Utilisateur) -> None:
    """Take new questions under a fiche, or no longer; those that stand there stay, and may be answered."""
    if ouvertes:
        SansQuestion.objects.filter(action=action).delete()
    else:
        SansQuestion.objects.get_or_create(action=action)
    consigner(action, "ouvrir les questions" if ouvertes else "fermer les questions", par=par)


def ne_plus_prevenir(question: Propos) -> None:
    """The author of the question receives its answers no longer."""
    Propos.objects.filter(pk=question.pk).update(previent=False)
