"""A message of the relay: written by the application, to one person at a time, with no address in it."""

from django.conf import settings

from atlaas.models import Message
from atlaas.permissions import REDACTION
from villes_internet.comptes.models import Habilitation, HabilitationQuerySet, Utilisateur
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
    if message.est_reponse:
        demandeur = message.conversation.demandeur
        return [demandeur.email] if demandeur.is_active else []
    habilites = Utilisateur.objects.filter(
        is_active=True,
        habilitations__in=_redacteurs(message.conversation.action.collectivite_id),
    )
    return list(habilites.distinct().order_by("email").values_list("email", flat=True))


def _redacteurs(collectivite_id: int) -> HabilitationQuerySet:
    return Habilitation.objects.actives().filter(collectivite=collectivite_id, role__in=REDACTION)
