from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from mosaique.models.reponses import Mosaique


class EnjeuConfieQuerySet(models.QuerySet["EnjeuConfie"]):
    def en_cours(self) -> "EnjeuConfieQuerySet":
        return self.filter(repris_le__isnull=True)


class EnjeuConfie(models.Model):
    """An enjeu that the référent entrusts to a member of the team; one at a time, the past ones stay.

    It says who is in charge and closes nothing: every contributor may still fill the enjeu.
    """

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="confies", verbose_name="mosaïque")
    enjeu = models.ForeignKey("referentiel.Enjeu", models.PROTECT, related_name="+")
    a = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="confié à")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="confié par")
    le = models.DateTimeField("confié le", db_default=Now())
    repris_le = models.DateTimeField("repris le", null=True, blank=True)

    objects = EnjeuConfieQuerySet.as_manager()

    class Meta:
        verbose_name = "enjeu confié"
        verbose_name_plural = "enjeux confiés"
        constraints = [
            models.UniqueConstraint(
                fields=["mosaique", "enjeu"],
                condition=Q(repris_le__isnull=True),
                name="enjeu_confie_unique",
                violation_error_message="Cet enjeu est déjà confié à quelqu’un.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enjeu} : confié à {self.a}"

    def get_absolute_url(self) -> str:
        code = self.mosaique.collectivite.code
        return reverse("mosaique:enjeu", args=[code, self.mosaique.millesime, self.enjeu.code])
