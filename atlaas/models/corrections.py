from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from atlaas.etats import EtatCorrection


class Correction(models.Model):
    """What a reader proposes that a field of a public fiche should say.

    ``lu`` is what the field said when the proposal was written, ``voulu`` what it should say, both as the history
    keeps them (JSON). The proposal is stale once the field says something else than ``lu``; no state tells it.
    """

    action = models.ForeignKey("atlaas.Action", models.PROTECT, related_name="corrections", verbose_name="fiche")
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")
    collectivite = models.ForeignKey(
        "territoires.Collectivite",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pour la collectivité",
    )
    champ = models.CharField("champ", max_length=40)
    lu = models.JSONField("ce que disait la fiche", null=True)
    voulu = models.JSONField("ce qu’elle devrait dire", null=True)
    pourquoi = models.TextField("pourquoi", max_length=1_000)
    source = models.URLField("source", max_length=500, blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatCorrection, default=EtatCorrection.PROPOSEE)
    le = models.DateTimeField("proposée le", db_default=Now())
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)

    class Meta:
        verbose_name = "correction proposée"
        verbose_name_plural = "corrections proposées"
        constraints = [
            models.UniqueConstraint(
                fields=["action", "champ", "auteur"],
                condition=Q(etat=EtatCorrection.PROPOSEE),
                name="correction_en_cours_unique",
                violation_error_message="Vous avez déjà proposé une correction de ce champ.",
            ),
        ]
        indexes = [
            models.Index(fields=["action", "etat"], name="correction_fiche"),
            models.Index(fields=["auteur", "-le"], name="correction_auteur"),
        ]

    def __str__(self) -> str:
        return f"Correction {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("atlaas:correction", args=[self.pk])
