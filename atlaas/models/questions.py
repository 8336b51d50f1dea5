from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from atlaas.etats import EtatPropos

LONGUEUR = 2_000


class ProposQuerySet(models.QuerySet["Propos"]):
    def publies(self) -> "ProposQuerySet":
        return self.filter(etat=EtatPropos.PUBLIE)

    def questions(self) -> "ProposQuerySet":
        return self.filter(question__isnull=True)

    def a_relire(self) -> "ProposQuerySet":
        """Wait for the association before anybody reads them."""
        return self.filter(etat=EtatPropos.EN_ATTENTE)


class Propos(models.Model):
    """A public question under a fiche, or (with ``question``) an answer to one.

    ``collectivite``: for which the author speaks, kept as it was that day; none for an account that represents nobody.
    ``previent``: the author of the question receives the answers by e-mail.
    """

    action = models.ForeignKey("atlaas.Action", models.PROTECT, related_name="propos", verbose_name="fiche")
    question = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reponses", verbose_name="question"
    )
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")
    collectivite = models.ForeignKey(
        "territoires.Collectivite",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pour la collectivité",
    )
    texte = models.TextField("texte")
    etat = models.CharField("état", max_length=12, choices=EtatPropos, default=EtatPropos.EN_ATTENTE)
    le = models.DateTimeField("écrit le", db_default=Now())
    previent = models.BooleanField("prévient son auteur", default=True)

    objects = ProposQuerySet.as_manager()

    class Meta:
        verbose_name = "question ou réponse"
        verbose_name_plural = "questions et réponses"
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=True) | Q(collectivite__isnull=False),
                name="propos_reponse_au_nom_de",
                violation_error_message="Une réponse est donnée au nom d’une collectivité.",
            ),
        ]
        indexes = [
            models.Index(fields=["action", "-le", "-id"], name="propos_fiche"),
            models.Index(fields=["auteur", "-le"], name="propos_auteur"),
            models.Index(fields=["le"], condition=Q(etat=EtatPropos.EN_ATTENTE), name="propos_a_relire"),
        ]

    def __str__(self) -> str:
        return f"Réponse {self.pk}" if self.question_id else f"Question {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("atlaas:question", args=[self.question_id or self.pk])


class Signalement(models.Model):
    """What somebody says against a public question or answer, until the association has looked at it."""

    propos = models.ForeignKey(Propos, models.CASCADE, related_name="signalements")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    motif = models.CharField("motif", max_length=300)
    le = models.DateTimeField("le", db_default=Now())
    traite_le = models.DateTimeField("traité le", null=True, blank=True)

    class Meta:
        verbose_name = "signalement"
        constraints = [models.UniqueConstraint(fields=["propos", "par"], name="signalement_unique")]
        indexes = [
            models.Index(fields=["le"], condition=Q(traite_le__isnull=True), name="signalement_ouvert"),
            models.Index(fields=["par", "-le"], name="signalement_par"),
        ]

    def __str__(self) -> str:
        return f"Signalement {self.pk}"


class SansQuestion(models.Model):
    """The row exists as long as the collectivité takes no new question under this fiche."""

    action = models.OneToOneField("atlaas.Action", models.CASCADE, related_name="sans_question")
    depuis = models.DateTimeField("depuis", db_default=Now())

    class Meta:
        verbose_name = "fiche sans question"

    def __str__(self) -> str:
        return f"Sans question {self.action_id}"
