"""A message of the relay: written by the application, to one person at a time, with no address in it."""

from django.conf import settings

from atlaas.echanges.permissions import parle_encore
from atlaas.identites import redacteurs
from atlaas.models import Message
from villes_internet.socle.courriel import envoyer


def message_recu(message: Message) -> None:
    """One message a person: nobody reads the address of a colleague in its header."""
    conversation = message.conversation
    expediteur = conversation.action.collectivite if message.est_reponse else conversation.collectivite
    contexte = {
        "message": message,
        "action": conversation.action,
        "expediteur": expediteur,
        "nom": message.auteur.get_full_name(),
        "url": settings.ADRESSE_PUBLIQUE + conversation.get_absolute_url(),
    }
    for adresse in _destinataires(message):
        envoyer("message_relaye", [adresse], contexte)


def _destinataires(message: Message) -> list[str]:
    """Who left the collectivité for which the question was asked reads no answer made to it."""
    conversation = message.conversation
    if not message.est_reponse:
        return [personne.email for personne in redacteurs(conversation.action.collectivite)]
    demandeur = conversation.demandeur
    return [demandeur.email] if demandeur.is_active and parle_encore(conversation) else []
