from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class EvenementQuerySet(models.QuerySet["Evenement"]):
    def de(self, objet: models.Model) -> "EvenementQuerySet":
        return self.filter(type_objet=ContentType.objects.get_for_model(objet), id_objet=objet.pk)

    def recents(self) -> "EvenementQuerySet":
        return self.select_related("par").order_by("-le", "-pk")


class Evenement(models.Model):
    """A line of the journal; written by ``journal.consigner`` in the transaction of what it tells."""

    type_objet = models.ForeignKey(ContentType, models.PROTECT, verbose_name="type d’objet")
    id_objet = models.BigIntegerField("identifiant de l’objet")
    objet = GenericForeignKey("type_objet", "id_objet")
    libelle_objet = models.CharField("objet", max_length=200)
    verbe = models.CharField("action", max_length=80)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="par"
    )
    le = models.DateTimeField("le", db_default=Now())
    avant = models.CharField("état avant", max_length=40, blank=True)
    apres = models.CharField("état après", max_length=40, blank=True)
    motif = models.TextField("motif", blank=True)
    donnees = models.JSONField("données", default=dict, blank=True)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "événement du journal"
        verbose_name_plural = "journal"
        indexes = [models.Index(fields=["type_objet", "id_objet", "-le"], name="evenement_objet")]

    def __str__(self) -> str:
        return f"{self.verbe} : {self.libelle_objet}"


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def en_attente(self) -> "CourrielQuerySet":
        return self.filter(envoye_le__isnull=True)


class Courriel(models.Model):
    """A message written in the transaction of what it tells, then sent by a worker: a dead mail server loses nothing.

    Once sent, the body and the attachments are erased (they may hold a secret link), but in demonstration mode,
    where the development mailbox shows them.
    """

    a = ArrayField(models.EmailField(), verbose_name="destinataires")
    sujet = models.CharField("sujet", max_length=998)
    texte = models.TextField("texte")
    html = models.TextField("HTML", blank=True)
    pieces = models.JSONField("pièces jointes", default=list, blank=True, help_text="[[nom, type MIME, base64]]")
    cree_le = models.DateTimeField("écrit le", db_default=Now())
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    nb_essais = models.PositiveSmallIntegerField("essais", default=0)
    erreur = models.TextField("dernière erreur", blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        indexes = [
            models.Index(fields=["cree_le"], condition=models.Q(envoye_le__isnull=True), name="courriel_en_attente")
        ]

    def __str__(self) -> str:
        return self.sujet
