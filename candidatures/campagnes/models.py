from django.db import models
from django.db.models import F, Q

from candidatures.campagnes.etats import EtatCampagne


class CampagneQuerySet(models.QuerySet["Campagne"]):
    def ouvertes(self) -> "CampagneQuerySet":
        return self.filter(etat=EtatCampagne.OUVERTE)

    def publiees(self) -> "CampagneQuerySet":
        return self.filter(etat__in=[EtatCampagne.PUBLIEE, EtatCampagne.CLOTUREE])

    def en_cours(self) -> "CampagneQuerySet":
        """Announced and not yet over."""
        return self.exclude(etat__in=[EtatCampagne.BROUILLON, EtatCampagne.CLOTUREE, EtatCampagne.ANNULEE])


class Campagne(models.Model):
    """The rules of a year; frozen once announced. Thresholds and gates are those of its version of the référentiel.

    ``echelle``: [{"note": 0, "libelle": "Absent"}, …] (shape: ``donnees/regles-2027.json``).
    """

    annee = models.PositiveSmallIntegerField("année", unique=True)
    nom = models.CharField("nom", max_length=150)
    etat = models.CharField("état", max_length=14, choices=EtatCampagne, default=EtatCampagne.BROUILLON)
    version = models.ForeignKey("referentiel.Version", models.PROTECT, verbose_name="version du référentiel")
    ouverture_le = models.DateTimeField("ouverture")
    cloture_le = models.DateTimeField("clôture")
    jury_le = models.DateField("réunion du jury", null=True, blank=True)
    ceremonie_le = models.DateTimeField("cérémonie", null=True, blank=True)
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    echelle = models.JSONField("échelle du jury", default=list)

    objects = CampagneQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne"
        ordering = ["-annee"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cloture_le__gt=F("ouverture_le")),
                name="campagne_dates",
                violation_error_message="La clôture doit suivre l’ouverture.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class Critere(models.Model):
    """A line of the jury's grid. ``est_precalcule``: pre-filled from the mosaic (M / 20), moved by ±1 at most."""

    campagne = models.ForeignKey(Campagne, models.CASCADE, related_name="criteres")
    code = models.CharField("code", max_length=4)
    nom = models.CharField("nom", max_length=120)
    poids = models.PositiveSmallIntegerField("poids")
    observation = models.CharField("ce que le juré lit", max_length=250)
    est_precalcule = models.BooleanField("prérempli depuis la mosaïque", default=False)
    position = models.PositiveSmallIntegerField("position")

    class Meta:
        verbose_name = "critère du jury"
        verbose_name_plural = "critères du jury"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["campagne", "code"], name="critere_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.nom}"


class Mention(models.Model):
    campagne = models.ForeignKey(Campagne, models.CASCADE, related_name="mentions")
    code = models.SlugField("code", max_length=40)
    nom = models.CharField("nom", max_length=80)
    est_verte = models.BooleanField("une arobase verte", default=False)
    position = models.PositiveSmallIntegerField("position")

    class Meta:
        verbose_name = "mention"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["campagne", "code"], name="mention_unique")]

    def __str__(self) -> str:
        return self.nom
