from django.db import models
from django.db.models.functions import Now

from mosaique.models.reponses import Mosaique

MAX_ECHECS = 3  # attempts at a diagnostic before one is told that it failed


def _chemin(diagnostic: "Diagnostic", nom: str) -> str:
    return f"diagnostics/{diagnostic.mosaique_id}/{diagnostic.pk}/{nom}"


class DiagnosticQuerySet(models.QuerySet["Diagnostic"]):
    def a_produire(self) -> "DiagnosticQuerySet":
        """Without its files, but for those that failed too often; the ones that never failed first."""
        return self.filter(image="", nb_echecs__lt=MAX_ECHECS).order_by("nb_echecs", "pk")


class Diagnostic(models.Model):
    """The documents of a mosaïque in one of its states, and what they say (``contenu``).

    The row comes first; a worker then makes the three files, from ``contenu`` and nothing else, and writes them
    together. Of an open mosaïque, ``empreinte`` (SHA-256 of ``contenu``) tells whether it has moved since. Of a frozen
    one ``figee_le`` is kept: the row made once for that state is the one that is served for ever.
    """

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="diagnostics", verbose_name="mosaïque")
    contenu = models.JSONField("contenu")
    empreinte = models.CharField("empreinte SHA-256 du contenu", max_length=64)
    figee_le = models.DateTimeField("mosaïque figée le", null=True, blank=True)
    demande_le = models.DateTimeField("demandé le", db_default=Now())
    document = models.FileField("document", upload_to=_chemin, blank=True)
    planche = models.FileField("planche en PDF", upload_to=_chemin, blank=True)
    image = models.FileField("planche en image", upload_to=_chemin, blank=True)
    nb_echecs = models.PositiveSmallIntegerField("échecs de production", default=0)
    erreur = models.CharField("dernière erreur", max_length=300, blank=True)

    objects = DiagnosticQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic"
        constraints = [
            models.UniqueConstraint(
                fields=["mosaique", "empreinte", "figee_le"],
                name="diagnostic_unique",
                nulls_distinct=False,
                violation_error_message="Ce diagnostic existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"Diagnostic {self.pk}"

    @property
    def est_pret(self) -> bool:
        return bool(self.image)

    @property
    def est_en_echec(self) -> bool:
        """Given up until somebody asks again."""
        return not self.image and self.nb_echecs >= MAX_ECHECS
