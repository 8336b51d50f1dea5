from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class RecalculQuerySet(models.QuerySet["Recalcul"]):
    def en_cours(self) -> "RecalculQuerySet":
        return self.filter(fini_le__isnull=True)


class Recalcul(models.Model):
    """A batch that recomputes the open mosaïques of a year.

    What is left to do is read from the mosaïques: those that were computed before ``demande_le``. ``avance_le`` moves
    with each block, so that a batch that stands still is seen and taken up again.
    """

    millesime = models.PositiveSmallIntegerField("millésime")
    demande_le = models.DateTimeField("demandé le", db_default=Now())
    avance_le = models.DateTimeField("dernier bloc", db_default=Now())
    fini_le = models.DateTimeField("fini le", null=True, blank=True)

    objects = RecalculQuerySet.as_manager()

    class Meta:
        verbose_name = "recalcul des mosaïques"
        verbose_name_plural = "recalculs des mosaïques"
        constraints = [
            models.UniqueConstraint(
                fields=["millesime"],
                condition=Q(fini_le__isnull=True),
                name="recalcul_unique",
                violation_error_message="Les mosaïques de cette année sont déjà en cours de recalcul.",
            )
        ]

    def __str__(self) -> str:
        return f"Recalcul {self.millesime}"
