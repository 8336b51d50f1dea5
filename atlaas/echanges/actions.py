"""Messages through the relay: each goes to the people of the other side by the application's own mail."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from atlaas.echanges import courriels
from atlaas.models import Action, Conversation, Message, SansContact, Vitrine
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

PAR_PERSONNE = 20  # messages a day
PAR_COLLECTIVITE = 50  # new questions a day for the people of one collectivité
JOUR = timedelta(days=1)


@transaction.atomic
def ecrire(action: Action, *, pour: Collectivite, texte: str, par: Utilisateur) -> Conversation:
    """Begin, or go on with, one's conversation about a fiche; raises ``TransitionRefusee`` beyond a day's number."""
    _mesurer(par)
    recus = Message.objects.filter(conversation__action__collectivite=action.collectivite_id, est_reponse=False)
    if recus.filter(le__gt=timezone.now() - JOUR).count() >= PAR_COLLECTIVITE:
        raise TransitionRefusee(f"{action.collectivite} a reçu beaucoup de messages aujourd’hui : écrivez-lui demain.")
    conversation, _ = Conversation.objects.get_or_create(action=action, demandeur=par, defaults={"collectivite": pour})
    _ajouter(conversation, texte, par, est_reponse=False)
    return conversation


@transaction.atomic
def repondre(conversation: Conversation, *, texte: str, par: Utilisateur, est_reponse: bool) -> Message:
    """Raises ``TransitionRefusee`` beyond a day's number of messages."""
    _mesurer(par)
    return _ajouter(conversation, texte, par, est_reponse=est_reponse)


def _mesurer(par: Utilisateur) -> None:
    """One message at a time for a person, so that two at once do not pass the limit."""
    Utilisateur.objects.select_for_update().get(pk=par.pk)
    if Message.objects.filter(auteur=par, le__gt=timezone.now() - JOUR).count() >= PAR_PERSONNE:
        raise TransitionRefusee(f"Vous avez envoyé {PAR_PERSONNE} messages en un jour : reprenez demain.")


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
