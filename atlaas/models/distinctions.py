from django.db import models
from django.db.models import Q


class Distinction(models.Model):
    """A label obtained by a collectivité, written downward by the palmarès when a year is published.

    The public pages of the Atlaas read it; nothing else in the Atlaas writes it.
    """

    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="distinctions", verbose_name="collectivité"
    )
    annee = models.PositiveSmallIntegerField("année")
    arobases = models.PositiveSmallIntegerField("arobases")
    est_verte = models.BooleanField("une arobase verte", default=False)
    mentions = models.JSONField("mentions", default=list, blank=True)

    class Meta:
        verbose_name = "distinction"
        ordering = ["-annee"]
        constraints = [
            models.UniqueConstraint(fields=["collectivite", "annee"], name="distinction_unique"),
            models.CheckConstraint(condition=Q(arobases__range=(1, 5)), name="distinction_arobases"),
        ]

    def __str__(self) -> str:
        return f"{self.collectivite_id} {self.annee} : {self.arobases} @"
