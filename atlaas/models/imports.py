from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from atlaas.models.fiches import Action

ECHECS_MAX = 3


class GenreImport(models.TextChoices):
    FICHES = "fiches", "fiches"
    LIEUX = "lieux", "lieux de médiation numérique"


class VerdictLigne(models.TextChoices):
    """What the import would do with a row."""

    CREER = "creer", "nouvelle fiche"
    MODIFIER = "modifier", "fiche modifiée"
    INCHANGEE = "inchangee", "sans changement"
    PERIMEE = "perimee", "changée depuis"
    REFUSEE = "refusee", "refusée"


class ImportFichesQuerySet(models.QuerySet["ImportFiches"]):
    def a_faire(self) -> "ImportFichesQuerySet":
        """A worker has to read the rows, or to write the fiches."""
        analyse = Q(relie_le__isnull=False, analyse_le__isnull=True)
        ecriture = Q(confirme_le__isnull=False, termine_le__isnull=True)
        return self.filter(analyse | ecriture, nb_echecs__lt=ECHECS_MAX)


class ImportFiches(models.Model):
    """A table sent by a town: read, its columns linked to fields, shown, confirmed, then written in one transaction.

    Each step is a date, the next one waits for it. Its rows are kept beside it, never the file; all is erased after
    ``expire_le``. ``liaison``: {field: rank of its column}. ``bilan``: {verdict: rows, "completes": drafts ready to be
    published}; once finished, {"creees", "modifiees", "publiees"}.
    """

    collectivite = models.ForeignKey("territoires.Collectivite", models.CASCADE, related_name="+")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="envoyé par")
    genre = models.CharField("genre", max_length=6, choices=GenreImport, default=GenreImport.FICHES)
    nom = models.CharField("fichier", max_length=120)
    colonnes = ArrayField(models.CharField(max_length=200), verbose_name="colonnes", default=list)
    liaison = models.JSONField("champs des colonnes", default=dict)
    vides_effacent = models.BooleanField("les cases vides effacent", default=False)
    nb_lignes = models.PositiveIntegerField("lignes", default=0)
    nb_ailleurs = models.PositiveIntegerField("lieux d’autres communes", default=0)
    publier = models.BooleanField("publier les fiches complètes", default=False)
    ecraser = models.BooleanField("remplacer les fiches changées depuis", default=False)
    bilan = models.JSONField("bilan", default=dict)
    cree_le = models.DateTimeField("envoyé le", db_default=Now())
    relie_le = models.DateTimeField("colonnes choisies le", null=True, blank=True)
    analyse_le = models.DateTimeField("analysé le", null=True, blank=True)
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True)
    confirme_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="confirmé par"
    )
    termine_le = models.DateTimeField("terminé le", null=True, blank=True)
    expire_le = models.DateTimeField("expire le")
    nb_echecs = models.PositiveSmallIntegerField("échecs", default=0)
    message = models.CharField("message", max_length=300, blank=True)

    objects = ImportFichesQuerySet.as_manager()

    class Meta:
        verbose_name = "import de fiches"
        verbose_name_plural = "imports de fiches"
        indexes = [
            models.Index(fields=["collectivite", "-cree_le"], name="import_fiches_ville"),
            models.Index(fields=["expire_le"], name="import_fiches_expire"),
        ]

    def __str__(self) -> str:
        return self.nom

    def get_absolute_url(self) -> str:
        return reverse("atlaas:import", args=[self.collectivite.code, self.pk])

    @property
    def est_en_panne(self) -> bool:
        return self.nb_echecs >= ECHECS_MAX

    @property
    def est_au_travail(self) -> bool:
        """A worker has something to do, or does it."""
        attend = (self.relie_le and not self.analyse_le) or (self.confirme_le and not self.termine_le)
        return bool(attend) and not self.est_en_panne

    def est_perime(self, a: datetime) -> bool:
        return a >= self.expire_le and self.termine_le is None


class LigneImport(models.Model):
    """A row of the table. ``numero``: as the spreadsheet counts. ``refus``: [[heading, sentence]].

    ``champs``: {field: JSON value} to write, those that change only; ``services``: their keys, None to leave them.
    ``version``: of the fiche, when the row was compared with it. ``origine``: the next ``Provenance.contenu``.
    """

    imprt = models.ForeignKey(ImportFiches, models.CASCADE, related_name="lignes", verbose_name="import")
    numero = models.PositiveIntegerField("ligne")
    valeurs = ArrayField(models.TextField(), verbose_name="valeurs")
    formules = ArrayField(models.PositiveSmallIntegerField(), verbose_name="formules", default=list)
    est_fusionnee = models.BooleanField("cellules fusionnées", default=False)
    verdict = models.CharField("verdict", max_length=9, choices=VerdictLigne, blank=True)
    refus = models.JSONField("refus", default=list)
    titre = models.CharField("titre", max_length=120, blank=True)
    fiche = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField("version", null=True, blank=True)
    champs = models.JSONField("champs", default=dict)
    services = ArrayField(models.BigIntegerField(), verbose_name="services", null=True, blank=True)
    identifiant = models.CharField("identifiant d’origine", max_length=200, blank=True)
    origine = models.JSONField("ce que dit la source", default=dict)
    est_complete = models.BooleanField("complète", default=False)

    class Meta:
        verbose_name = "ligne d’un import"
        verbose_name_plural = "lignes d’un import"
        ordering = ["numero"]
        constraints = [models.UniqueConstraint(fields=["imprt", "numero"], name="ligne_import_unique")]

    def __str__(self) -> str:
        return f"{self.imprt_id}, ligne {self.numero}"


class AvancementImport(models.Model):
    """Rows done by the worker; written by a connection of its own, so that it is read before the import ends."""

    imprt = models.OneToOneField(
        ImportFiches, models.CASCADE, primary_key=True, related_name="avancement", verbose_name="import"
    )
    nb = models.PositiveIntegerField("lignes faites", default=0)
    le = models.DateTimeField("le", db_default=Now())

    class Meta:
        verbose_name = "avancement d’un import"

    def __str__(self) -> str:
        return f"{self.imprt_id} : {self.nb}"


class Provenance(models.Model):
    """The fiche that an identifier of elsewhere became, so that the next import finds it.

    ``contenu``: {field: JSON value, "services": [keys]} as the source last said it: what a person wrote since is told
    from what the source changed.
    """

    collectivite = models.ForeignKey("territoires.Collectivite", models.CASCADE, related_name="+")
    genre = models.CharField("genre", max_length=6, choices=GenreImport)
    identifiant = models.CharField("identifiant d’origine", max_length=200)
    fiche = models.ForeignKey(Action, models.CASCADE, related_name="provenances")
    contenu = models.JSONField("contenu", default=dict)

    class Meta:
        verbose_name = "provenance d’une fiche"
        verbose_name_plural = "provenances des fiches"
        constraints = [
            models.UniqueConstraint(fields=["collectivite", "genre", "identifiant"], name="provenance_unique")
        ]

    def __str__(self) -> str:
        return self.identifiant
