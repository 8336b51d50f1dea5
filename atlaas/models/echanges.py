from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def de(self, utilisateur_id: int, collectivites: list[int]) -> "ConversationQuerySet":
        """Those that the person began, and those of the fiches of these collectivités."""
        return self.filter(Q(demandeur=utilisateur_id) | Q(action__collectivite__in=collectivites))


class Conversation(models.Model):
    """Messages about a fiche between who asks, for a collectivité, and the people of the one that wrote the fiche."""

    action = models.ForeignKey("atlaas.Action", models.PROTECT, related_name="conversations", verbose_name="fiche")
    demandeur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="demandeur")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="+", verbose_name="pour la collectivité"
    )
    ouverte_le = models.DateTimeField("ouverte le", db_default=Now())
    dernier_le = models.DateTimeField("dernier message", db_default=Now())

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = "conversation"
        constraints = [
            models.UniqueConstraint(fields=["action", "demandeur", "collectivite"], name="conversation_unique")
        ]
        indexes = [models.Index(fields=["demandeur", "-dernier_le"], name="conversation_demandeur")]

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("atlaas:conversation", args=[self.pk])


class Message(models.Model):
    """``est_reponse``: written by the people of the fiche."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")
    est_reponse = models.BooleanField("réponse", default=False)
    texte = models.TextField("message", max_length=3000)
    le = models.DateTimeField("le", db_default=Now())

    class Meta:
        verbose_name = "message"
        indexes = [models.Index(fields=["auteur", "-le"], name="message_auteur")]

    def __str__(self) -> str:
        return f"Message {self.pk}"


class SansContact(models.Model):
    """The row exists as long as the collectivité takes no message about this fiche."""

    action = models.OneToOneField("atlaas.Action", models.CASCADE, related_name="sans_contact")
    depuis = models.DateTimeField("depuis", db_default=Now())

    class Meta:
        verbose_name = "fiche sans contact"

    def __str__(self) -> str:
        return f"Sans contact {self.action_id}"


class Blocage(models.Model):
    """A person whom the association keeps from writing to others, in public or not, until the row is removed."""

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocage", verbose_name="personne"
    )
    motif = models.CharField("motif", max_length=300)
    depuis = models.DateTimeField("depuis", db_default=Now())

    class Meta:
        verbose_name = "blocage"

    def __str__(self) -> str:
        return f"Blocage {self.utilisateur_id}"
