from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from mosaique.models.reponses import Mosaique


class ImportPrepareQuerySet(models.QuerySet["ImportPrepare"]):
    def expires(self, a: datetime) -> "ImportPrepareQuerySet":
        return self.filter(expire_le__lte=a)


class ImportPrepare(models.Model):
    """What a filled workbook says, read and checked, until its sender confirms it.

    A row rather than a blob of the session, which every page would load and save, and which a sign-out empties; rather
    than a file kept aside, which no transaction covers. Locked, the row makes a second click harmless; it belongs to
    one person and one mosaïque, and is erased the night after its day is over. The file itself is not kept: only the
    answers that it proposes.

    ``contenu``: {"enjeux": {code: fields that the workbook fills}, "refus": […], "remarques": […], "depart": {enjeu
    code: version of the answer when the workbook was written}}; see ``preparation.lecture.ClasseurLu``.
    """

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="imports", verbose_name="mosaïque")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="envoyé par")
    nom = models.CharField("fichier", max_length=120)
    contenu = models.JSONField("contenu")
    cree_le = models.DateTimeField("envoyé le", db_default=Now())
    expire_le = models.DateTimeField("expire le")
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True)

    objects = ImportPrepareQuerySet.as_manager()

    class Meta:
        verbose_name = "import de réponses"
        verbose_name_plural = "imports de réponses"
        indexes = [models.Index(fields=["expire_le"], name="import_prepare_expire")]

    def __str__(self) -> str:
        return self.nom
