from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from atlaas.models.fiches import Action


class DemandeFiche(models.Model):
    """A fiche asked of somebody without an account, by an e-mailed link; only a digest of the token is kept.

    ``fiche`` comes with the first save, « à relire »: it counts for nothing until the référent accepts it.
    """

    collectivite = models.ForeignKey("territoires.Collectivite", models.PROTECT, related_name="+")
    fiche = models.OneToOneField(Action, models.PROTECT, null=True, blank=True, related_name="demande")
    courriel = models.EmailField("adresse électronique")
    message = models.TextField("message", blank=True)
    empreinte_jeton = models.CharField(max_length=64, unique=True, editable=False)
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="envoyée par")
    cree_le = models.DateTimeField("envoyée le", db_default=Now())
    expire_le = models.DateTimeField("expire le")
    revoque_le = models.DateTimeField("annulée le", null=True, blank=True)
    termine_le = models.DateTimeField("réponse annoncée le", null=True, blank=True)

    class Meta:
        verbose_name = "demande de fiche"
        verbose_name_plural = "demandes de fiche"
        indexes = [models.Index(fields=["collectivite", "-cree_le"], name="demande_fiche_ville")]

    def __str__(self) -> str:
        return f"Fiche demandée à {self.courriel}"

    def est_ouverte(self, a: datetime) -> bool:
        return self.revoque_le is None and a < self.expire_le
