from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Gardee(models.Model):
    """A fiche that a person keeps in a list of their own; nobody else sees it."""

    personne = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="gardees")
    action = models.ForeignKey("atlaas.Action", models.CASCADE, related_name="gardees", verbose_name="fiche")
    le = models.DateTimeField("gardée le", db_default=Now())

    class Meta:
        verbose_name = "fiche gardée"
        verbose_name_plural = "fiches gardées"
        constraints = [models.UniqueConstraint(fields=["personne", "action"], name="gardee_unique")]
        indexes = [models.Index(fields=["personne", "-le"], name="gardee_personne")]

    def __str__(self) -> str:
        return f"Gardée {self.action_id}"
