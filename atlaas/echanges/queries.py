"""The conversations of a person."""

from django.db.models import QuerySet

from atlaas.models import Conversation, SansContact, Vitrine
from atlaas.permissions import ecrit_pour
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

MONTREES = 100


def conversations_de(personne: Utilisateur) -> QuerySet[Conversation]:
    """Latest message first, at most ``MONTREES``."""
    lues = Conversation.objects.de(personne.pk, ecrit_pour(personne))
    return lues.select_related("action__collectivite", "collectivite").order_by("-dernier_le", "-pk")[:MONTREES]


def reglages(personne: Utilisateur) -> list[tuple[Collectivite, bool]]:
    """(collectivité that the person may switch, whether it takes messages); two queries."""
    villes = Collectivite.objects.filter(pk__in=ecrit_pour(personne))
    fermees = set(
        Vitrine.objects.filter(collectivite__in=villes, accepte_contact=False).values_list("collectivite", flat=True)
    )
    return [(ville, ville.pk not in fermees) for ville in villes]


def contact_ouvert(conversation: Conversation) -> bool:
    return not SansContact.objects.filter(action=conversation.action_id).exists()
