"""The conversations of a person."""

from django.db.models import QuerySet

from atlaas.models import Conversation, SansContact, Vitrine
from atlaas.permissions import REDACTION
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import collectivites_de, roles_de
from villes_internet.territoires.models import Collectivite

MONTREES = 100


def ou_l_on_ecrit(personne: Utilisateur) -> list[int]:
    """Keys of the collectivités whose fiches the person writes."""
    return [cle for cle in collectivites_de(personne) if roles_de(personne, cle) & REDACTION]


def conversations_de(personne: Utilisateur) -> QuerySet[Conversation]:
    """Latest message first, at most ``MONTREES``."""
    lues = Conversation.objects.de(personne.pk, ou_l_on_ecrit(personne))
    return lues.select_related("action__collectivite", "collectivite").order_by("-dernier_le", "-pk")[:MONTREES]


def reglages(personne: Utilisateur) -> list[tuple[Collectivite, bool]]:
    """(collectivité that the person may switch, whether it takes messages); two queries."""
    villes = Collectivite.objects.filter(pk__in=ou_l_on_ecrit(personne))
    fermees = set(
        Vitrine.objects.filter(collectivite__in=villes, accepte_contact=False).values_list("collectivite", flat=True)
    )
    return [(ville, ville.pk not in fermees) for ville in villes]


def contact_ouvert(conversation: Conversation) -> bool:
    return not SansContact.objects.filter(action=conversation.action_id).exists()
