from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from atlaas.etats import EtatAction


class Stade(models.TextChoices):
    IDEE = "idee", "idée"
    PROGRAMMEE = "programmee", "programmée"
    EXPERIMENTATION = "experimentation", "en expérimentation"
    EN_SERVICE = "en_service", "en service"
    ARRETEE = "arretee", "arrêtée"


EN_COURS = (Stade.EXPERIMENTATION, Stade.EN_SERVICE)


class Operateur(models.TextChoices):
    """The four documented kinds (rule of 2017)."""

    DIRECT = "direct", "la collectivité elle-même"
    ASSOCIATION = "association", "une association financée par des fonds publics"
    DELEGATAIRE = "delegataire", "un délégataire"
    PRESTATAIRE = "prestataire", "un prestataire"


class SansAccents(models.Func):
    """``vi_sans_accents(text)``: the same SQL function serves the index and the query, so that both agree."""

    function = "vi_sans_accents"
    output_field = models.TextField()


def limite_d_eligibilite(au: date) -> date:
    """Two years before ``au`` (rule of 2017): an action that ended later still counts, one that ended then does not."""
    return au.replace(year=au.year - 2, day=min(au.day, 28) if au.month == 2 else au.day)


class ActionQuerySet(models.QuerySet["Action"]):
    def publiees(self) -> "ActionQuerySet":
        return self.filter(etat=EtatAction.PUBLIEE)

    def eligibles(self, au: date) -> "ActionQuerySet":
        """Published, started, and still running or ended less than two years before ``au`` (rule of 2017)."""
        finie_depuis_peu = Q(date_fin__gt=limite_d_eligibilite(au), stade__in=[*EN_COURS, Stade.ARRETEE])
        return self.publiees().filter(
            Q(date_debut__isnull=True) | Q(date_debut__lte=au),
            Q(date_fin__isnull=True, stade__in=EN_COURS) | finie_depuis_peu,
        )

    def courantes(self) -> "ActionQuerySet":
        """What the collectivité works with: neither archived nor removed by the moderation."""
        return self.filter(etat__in=[EtatAction.BROUILLON, EtatAction.PUBLIEE])


class Action(models.Model):
    """A fiche action: one local digital action, attached to one or more services of the référentiel."""

    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="actions", verbose_name="collectivité"
    )
    etat = models.CharField("état", max_length=12, choices=EtatAction, default=EtatAction.BROUILLON)
    titre = models.CharField("titre", max_length=120, blank=True)
    slug = models.SlugField("adresse", max_length=140)
    resume = models.CharField("résumé", max_length=300, blank=True)
    description = models.TextField("description", max_length=5000, blank=True)
    services = models.ManyToManyField(
        "referentiel.Service", related_name="actions", blank=True, verbose_name="services"
    )
    publics = models.CharField("publics", max_length=200, blank=True)
    stade = models.CharField("stade", max_length=16, choices=Stade, default=Stade.EN_SERVICE)
    date_debut = models.DateField("début", null=True, blank=True)
    date_fin = models.DateField("fin", null=True, blank=True)
    operateur = models.CharField("opérateur", max_length=12, choices=Operateur, default=Operateur.DIRECT)
    nom_operateur = models.CharField("nom de l’opérateur", max_length=150, blank=True)
    resultats = models.TextField("résultats", max_length=2000, blank=True)
    indicateur_libelle = models.CharField("indicateur", max_length=120, blank=True)
    indicateur_valeur = models.DecimalField("valeur", max_digits=14, decimal_places=2, null=True, blank=True)
    indicateur_unite = models.CharField("unité", max_length=40, blank=True)
    indicateur_date = models.DateField("date de l’indicateur", null=True, blank=True)
    outils = models.CharField("outils", max_length=200, blank=True)
    est_libre = models.BooleanField("logiciel libre", default=False)
    est_replicable = models.BooleanField("réplicable", default=False)
    comment_repliquer = models.TextField("comment la reproduire", max_length=1000, blank=True)
    contact = models.CharField("contact (une fonction plutôt qu’une personne)", max_length=150, blank=True)
    lien = models.URLField("lien", max_length=500, blank=True)
    inspiree_de = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="inspirees", verbose_name="inspirée de"
    )
    cree_le = models.DateTimeField("créée le", db_default=Now())
    modifie_le = models.DateTimeField("modifiée le", db_default=Now())
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    recherche = models.GeneratedField(
        expression=SearchVector(SansAccents("titre"), weight="A", config="french")
        + SearchVector(SansAccents("resume"), weight="B", config="french")
        + SearchVector(SansAccents("description"), weight="C", config="french"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche action"
        verbose_name_plural = "fiches actions"
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True) | Q(date_debut__isnull=True) | Q(date_fin__gte=F("date_debut")),
                name="action_dates",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
        ]
        indexes = [
            models.Index(fields=["collectivite", "etat"], name="action_collectivite"),
            models.Index(fields=["etat", "-publiee_le", "-id"], name="action_publication"),
            GinIndex(fields=["recherche"], name="action_recherche"),
        ]

    def __str__(self) -> str:
        return self.titre or "Fiche sans titre"

    def get_absolute_url(self) -> str:
        return reverse("atlaas:action", args=[self.pk, self.slug])

    @property
    def a_un_indicateur(self) -> bool:
        return bool(self.indicateur_libelle) and self.indicateur_valeur is not None


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
