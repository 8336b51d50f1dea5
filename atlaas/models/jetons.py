from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class Portee(models.TextChoices):
    """What a program may do with the fiches of the collectivité that gave it a token."""

    LIRE = "lire", "lire les fiches de la collectivité, brouillons compris"
    ECRIRE = "ecrire", "créer et modifier des fiches"
    PUBLIER = "publier", "publier, remettre en brouillon, archiver"


class JetonQuerySet(models.QuerySet["Jeton"]):
    def valables(self, a: datetime | None = None) -> "JetonQuerySet":
        return self.filter(revoque_le__isnull=True, expire_le__gt=a or timezone.now())


class Jeton(models.Model):
    """A program's key to the fiches of one collectivité. Only its digest is kept; ``debut`` lets people recognise it.

    It can never do more than the person who created it can do today.
    """

    collectivite = models.ForeignKey("territoires.Collectivite", models.PROTECT, related_name="jetons")
    nom = models.CharField("nom du logiciel", max_length=80)
    portees = ArrayField(models.CharField(max_length=10, choices=Portee), verbose_name="droits")
    empreinte = models.CharField("empreinte", max_length=64, unique=True, editable=False)
    debut = models.CharField("début", max_length=12, editable=False)
    cree_le = models.DateTimeField("créé le", db_default=Now())
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="créé par")
    expire_le = models.DateTimeField("expire le")
    derniere_ecriture_le = models.DateTimeField("dernière écriture", null=True, blank=True)
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)
    revoque_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = JetonQuerySet.as_manager()

    class Meta:
        verbose_name = "jeton"
        indexes = [models.Index(fields=["collectivite", "-cree_le"], name="jeton_collectivite")]

    def __str__(self) -> str:
        return f"{self.nom} ({self.debut}…)"

    @property
    def est_valable(self) -> bool:
        return self.revoque_le is None and self.expire_le > timezone.now()

    @property
    def libelles(self) -> list[str]:
        return [str(Portee(portee).label) for portee in self.portees]
