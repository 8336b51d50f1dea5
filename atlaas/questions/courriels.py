"""Messages about questions: one person each, and no address of anybody."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from atlaas.identites import nom_public, referents
from atlaas.models import Propos
from villes_internet.socle.courriel import envoyer

SEL = "atlaas.questions.prevenir"


def question_posee(question: Propos) -> None:
    """To the référents of the fiche."""
    for personne in referents(question.action.collectivite):
        envoyer("question_posee", [personne.email], _contexte(question))


def question_repondue(reponse: Propos) -> None:
    """To who asked, unless they asked to hear no more of it."""
    question = reponse.question
    assert question is not None
    if question.previent and question.auteur.is_active:
        arret = settings.ADRESSE_PUBLIQUE + reverse("atlaas:ne_plus_prevenir", args=[signer(question)])
        envoyer("question_repondue", [question.auteur.email], _contexte(reponse) | {"arret": arret})


def propos_publie(propos: Propos) -> None:
    if propos.auteur.is_active:
        envoyer("propos_publie", [propos.auteur.email], _contexte(propos))


def propos_retire(propos: Propos, motif: str) -> None:
    if propos.auteur.is_active:
        envoyer("propos_retire", [propos.auteur.email], _contexte(propos) | {"motif": motif})


def _contexte(propos: Propos) -> dict[str, object]:
    return {
        "propos": propos,
        "action": propos.action,
        "nom": nom_public(propos.auteur, propos.collectivite),
        "url": settings.ADRESSE_PUBLIQUE + propos.get_absolute_url(),
    }


def signer(question: Propos) -> str:
    """For the address that stops the messages of a question, without signing in."""
    return signing.dumps(question.pk, salt=SEL)


def lire_signature(signe: str) -> int | None:
    """Key of the question, None when the address is not ours; it holds as long as the messages that bear it."""
    try:
        return int(signing.loads(signe, salt=SEL))
    except signing.BadSignature:
        return None
