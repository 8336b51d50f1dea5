"""Messages through the relay: each goes to the people of the other side by the application's own mail."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from atlaas.cadence import menager, mesurer
from atlaas.echanges import courriels
from atlaas.models import Action, Conversation, Message, SansContact, Vitrine
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner
from villes_internet.territoires.models import Collectivite

PAR_PERSONNE = 20  # messages a day
PAR_COLLECTIVITE = 50  # messages a day for the people of one collectivité


@transaction.atomic
def ecrire(action: Action, *, pour: Collectivite, texte: str, par: Utilisateur) -> Conversation:
    """Begin, or go on with, one's conversation about a fiche for ``pour``.

    Raises ``TransitionRefusee`` beyond a day's number.
    """
    _mesurer(par)
    menager(action.collectivite, _recus(action), PAR_COLLECTIVITE, "messages")
    conversation, _ = Conversation.objects.get_or_create(action=action, demandeur=par, collectivite=pour)
    _ajouter(conversation, texte, par, est_reponse=False)
    return conversation


@transaction.atomic
def repondre(conversation: Conversation, *, texte: str, par: Utilisateur, est_reponse: bool) -> Message:
    """Raises ``TransitionRefusee`` beyond a day's number of messages."""
    _mesurer(par)
    if not est_reponse:
        menager(conversation.action.collectivite, _recus(conversation.action), PAR_COLLECTIVITE, "messages")
    return _ajouter(conversation, texte, par, est_reponse=est_reponse)


def _mesurer(par: Utilisateur) -> None:
    mesurer(par, Message.objects.filter(auteur=par), PAR_PERSONNE, "messages")


def _recus(action: Action) -> QuerySet[Message]:
    return Message.objects.filter(conversation__action__collectivite=action.collectivite_id, est_reponse=False)


def _ajouter(conversation: Conversation, texte: str, par: Utilisateur, *, est_reponse: bool) -> Message:
    message = Message.objects.create(conversation=conversation, auteur=par, texte=texte, est_reponse=est_reponse)
    conversation.dernier_le = timezone.now()
    conversation.save(update_fields=["dernier_le"])
    consigner(conversation.action, "répondre par le relais" if est_reponse else "écrire par le relais", par=par)
    courriels.message_recu(message)
    return message


@transaction.atomic
def regler_contact_fiche(action: Action, *, ouvert: bool, par: Utilisateur) -> None:
    if ouvert:
        SansContact.objects.filter(action=action).delete()
    else:
        SansContact.objects.get_or_create(action=action)
    consigner(action, "ouvrir le contact" if ouvert else "fermer le contact", par=par)


@transaction.atomic
def regler_contact(ville: Collectivite, *, ouvert: bool, par: Utilisateur) -> None:
    Vitrine.objects.update_or_create(collectivite=ville, defaults={"accepte_contact": ouvert})
    consigner(ville, "ouvrir le contact" if ouvert else "fermer le contact", par=par)
