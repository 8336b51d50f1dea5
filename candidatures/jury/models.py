from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from candidatures.jury.etats import EtatEvaluation


class Jure(models.Model):
    """A juror's file: who they are and what ties them. The right to judge is the role "juré" in ``comptes``."""

    utilisateur = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jure")
    qualite = models.CharField("qualité", max_length=200, blank=True)
    collectivite = models.ForeignKey(
        "territoires.Collectivite",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="collectivité de rattachement",
        help_text="Où le juré travaille, siège ou réside : lui et son intercommunalité ne seront jamais jugés par lui.",
    )
    quota = models.PositiveSmallIntegerField("nombre maximal de dossiers", default=34)

    class Meta:
        verbose_name = "juré"

    def __str__(self) -> str:
        return str(self.utilisateur)


class Conflit(models.Model):
    """A declared conflict of interest; it hides the dossier everywhere, totals included."""

    class Nature(models.TextChoices):
        PROFESSIONNEL = "professionnel", "lien professionnel"
        PERSONNEL = "personnel", "lien personnel"
        AUTRE = "autre", "autre motif"

    jure = models.ForeignKey(Jure, models.CASCADE, related_name="conflits", verbose_name="juré")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="+", verbose_name="collectivité"
    )
    nature = models.CharField("nature", max_length=14, choices=Nature)
    motif = models.CharField("précision", max_length=300, blank=True)
    declare_le = models.DateTimeField("déclaré le", db_default=Now())

    class Meta:
        verbose_name = "conflit d’intérêts"
        verbose_name_plural = "conflits d’intérêts"
        constraints = [
            models.UniqueConstraint(
                fields=["jure", "collectivite"],
                name="conflit_unique",
                violation_error_message="Ce conflit est déjà déclaré.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.jure_id} {self.collectivite_id}"


class AffectationQuerySet(models.QuerySet["Affectation"]):
    def actives(self) -> "AffectationQuerySet":
        """Neither recused nor withdrawn: those that count."""
        return self.filter(recusee_le__isnull=True)


class Affectation(models.Model):
    """A dossier given to a juror to read."""

    dossier = models.ForeignKey("candidatures.Dossier", models.PROTECT, related_name="affectations")
    jure = models.ForeignKey(Jure, models.PROTECT, related_name="affectations", verbose_name="juré")
    affectee_le = models.DateTimeField("affectée le", db_default=Now())
    affectee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recusee_le = models.DateTimeField("récusée le", null=True, blank=True)

    objects = AffectationQuerySet.as_manager()

    class Meta:
        verbose_name = "affectation"
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "jure"],
                name="affectation_unique",
                violation_error_message="Ce dossier est déjà affecté à ce juré.",
            )
        ]
        indexes = [models.Index(fields=["jure", "-id"], name="affectation_jure")]

    def __str__(self) -> str:
        return f"{self.jure_id} {self.dossier_id}"


class Evaluation(models.Model):
    """A juror's reading. ``total`` is S on 100 (sum of weight × note / 5), kept at each save."""

    affectation = models.OneToOneField(Affectation, models.PROTECT, related_name="evaluation")
    etat = models.CharField("état", max_length=10, choices=EtatEvaluation, default=EtatEvaluation.BROUILLON)
    total = models.DecimalField("total sur 100", max_digits=5, decimal_places=2, null=True, blank=True)
    points_forts = models.TextField("points forts", max_length=1000, blank=True)
    pistes = models.TextField("pistes", max_length=1000, blank=True)
    numero_version = models.PositiveIntegerField("version", default=0)
    modifiee_le = models.DateTimeField("modifiée le", null=True, blank=True)
    soumise_le = models.DateTimeField("soumise le", null=True, blank=True)

    class Meta:
        verbose_name = "évaluation"

    def __str__(self) -> str:
        return f"Évaluation {self.pk}"


class Note(models.Model):
    """A mark from 0 to 5 by halves; only the pre-filled criterion may carry two decimals.

    ``preremplie`` is the note that the mosaic gave (M / 20) on the day of the assignment.
    """

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="notes")
    critere = models.ForeignKey("candidatures.Critere", models.PROTECT)
    valeur = models.DecimalField(
        "note",
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(5))],
    )
    preremplie = models.DecimalField(
        "note préremplie", max_digits=3, decimal_places=2, null=True, blank=True, editable=False
    )
    commentaire = models.TextField("commentaire", max_length=2000, blank=True)

    class Meta:
        verbose_name = "note"
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "critere"], name="note_unique"),
            models.CheckConstraint(
                condition=Q(valeur__isnull=True) | Q(valeur__range=(0, 5)),
                name="note_bornes",
                violation_error_message="Une note va de 0 à 5.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.critere_id} : {self.valeur}"


class Charge(models.Model):
    """How many dossiers a juror holds and has read in a campaign; kept by the actions that change them."""

    jure = models.ForeignKey(Jure, models.CASCADE, related_name="charges", verbose_name="juré")
    campagne = models.ForeignKey("candidatures.Campagne", models.CASCADE, related_name="+")
    nb_affectations = models.PositiveIntegerField("dossiers affectés", default=0)
    nb_soumises = models.PositiveIntegerField("lectures soumises", default=0)

    class Meta:
        verbose_name = "charge d’un juré"
        verbose_name_plural = "charges des jurés"
        constraints = [models.UniqueConstraint(fields=["jure", "campagne"], name="charge_unique")]

    def __str__(self) -> str:
        return f"{self.nb_soumises}/{self.nb_affectations}"


class Synthese(models.Model):
    """What the jury's board shows of a dossier; kept by the actions that change readings, never computed at read.

    ``campagne`` repeats the dossier's, for the index of the deliberation table. ``precedent`` is the last level
    obtained. ``debat`` holds codes of ``calculs.Debat``. ``portes``: [{"arobases": 4, "code": "…", "libelle": "…",
    "tenue": true}, …], the gates as judged with the marks of the day.
    """

    dossier = models.OneToOneField("candidatures.Dossier", models.CASCADE, related_name="synthese")
    campagne = models.ForeignKey("candidatures.Campagne", models.CASCADE, related_name="+")
    nb_affectations = models.PositiveSmallIntegerField("lectures attendues", default=0)
    nb_soumises = models.PositiveSmallIntegerField("lectures soumises", default=0)
    moyenne = models.DecimalField("moyenne sur 100", max_digits=5, decimal_places=2, null=True, blank=True)
    ecart = models.DecimalField("écart", max_digits=5, decimal_places=2, null=True, blank=True)
    proposition = models.PositiveSmallIntegerField("arobases proposées", null=True, blank=True)
    precedent = models.PositiveSmallIntegerField("arobases précédentes", null=True, blank=True)
    debat = ArrayField(models.CharField(max_length=8), verbose_name="motifs de débat", default=list, blank=True)
    portes = models.JSONField("portes", default=list, blank=True)

    class Meta:
        verbose_name = "synthèse des lectures"
        verbose_name_plural = "synthèses des lectures"
        indexes = [
            models.Index(
                "campagne",
                F("moyenne").desc(),
                F("dossier").desc(),
                name="synthese_moyenne",
                condition=Q(moyenne__isnull=False),
            ),
            models.Index(
                fields=["campagne", "dossier"], name="synthese_a_affecter", condition=Q(nb_affectations__lt=2)
            ),
        ]

    def __str__(self) -> str:
        return f"Synthèse {self.dossier_id}"

    @property
    def portes_manquees(self) -> list[dict[str, Any]]:
        """Gates not held, of the levels up to the one above the proposal."""
        return [p for p in self.portes if not p["tenue"] and p["arobases"] <= (self.proposition or 0) + 1]


class Decision(models.Model):
    """The jury's decision on a dossier; a new decision replaces it and the journal keeps both."""

    dossier = models.OneToOneField("candidatures.Dossier", models.PROTECT, related_name="decision")
    proposition = models.PositiveSmallIntegerField("arobases proposées", null=True, blank=True)
    arobases = models.PositiveSmallIntegerField("arobases décidées")
    mentions = models.ManyToManyField("candidatures.Mention", blank=True, verbose_name="mentions")
    motif = models.TextField("motif", max_length=2000, blank=True)
    decidee_le = models.DateTimeField("décidée le")
    decidee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "décision"
        constraints = [
            models.CheckConstraint(
                condition=Q(arobases__range=(1, 5)),
                name="decision_arobases",
                violation_error_message="Le label va de 1 à 5 arobases.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.arobases} @"
