import uuid
from datetime import date
from functools import cache
from pathlib import PurePath

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from atlaas.etats import PUBLICS, EtatAction


@cache
def _gabarit_d_adresse() -> str:
    return reverse("atlaas:action", args=[0, "s"]).replace("0-s", "%s-%s")


def adresse_de_la_fiche(cle: int, slug: str) -> str:
    """Its path; the route is looked up once a process, as an export writes a million of them."""
    return _gabarit_d_adresse() % (cle, slug)


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


class Public(models.TextChoices):
    """For whom an action is made."""

    TOUS = "tous", "tous les habitants"
    ENFANTS = "enfants", "enfants et élèves"
    JEUNES = "jeunes", "jeunes"
    FAMILLES = "familles", "familles"
    AINES = "aines", "personnes âgées"
    HANDICAP = "handicap", "personnes handicapées"
    EMPLOI = "emploi", "personnes en recherche d’emploi"
    ELOIGNES = "eloignes", "personnes éloignées du numérique"
    ASSOCIATIONS = "associations", "associations"
    ENTREPRISES = "entreprises", "entreprises et commerces"
    VISITEURS = "visiteurs", "visiteurs et touristes"
    AGENTS = "agents", "agents et élus"


class Cout(models.TextChoices):
    """Brackets of the whole cost, in euros: an order of magnitude helps another town more than a figure."""

    GRATUIT = "gratuit", "sans dépense particulière"
    MOINS_5K = "moins_5k", "moins de 5 000 €"
    DE_5K_A_20K = "5k_20k", "de 5 000 à 20 000 €"
    DE_20K_A_100K = "20k_100k", "de 20 000 à 100 000 €"
    DE_100K_A_500K = "100k_500k", "de 100 000 à 500 000 €"
    PLUS_500K = "plus_500k", "plus de 500 000 €"


class SansAccents(models.Func):
    """``vi_sans_accents(text)``: the same SQL function serves the index and the query, so that both agree."""

    function = "vi_sans_accents"
    output_field = models.TextField()


def limite_d_eligibilite(au: date) -> date:
    """Two years before ``au`` (rule of 2017): an action that ended later still counts, one that ended then does not."""
    return au.replace(year=au.year - 2, day=min(au.day, 28) if au.month == 2 else au.day)


def chemin_image(action: "Action", nom: str) -> str:
    """A name that cannot be guessed, and that changes with the image: browsers may keep it for ever."""
    return f"atlaas/images/{uuid.uuid4().hex}.webp"


class ActionQuerySet(models.QuerySet["Action"]):
    def publiees(self) -> "ActionQuerySet":
        """Those that everyone reads, those that wait for their yearly confirmation included."""
        return self.filter(etat__in=PUBLICS)

    def eligibles(self, au: date) -> "ActionQuerySet":
        """Published, started, and still running or ended less than two years before ``au`` (rule of 2017)."""
        finie_depuis_peu = Q(date_fin__gt=limite_d_eligibilite(au), stade__in=[*EN_COURS, Stade.ARRETEE])
        return self.publiees().filter(
            Q(date_debut__isnull=True) | Q(date_debut__lte=au),
            Q(date_fin__isnull=True, stade__in=EN_COURS) | finie_depuis_peu,
        )

    def courantes(self) -> "ActionQuerySet":
        """What the collectivité works with: neither archived, nor merged, nor removed by the moderation."""
        return self.filter(etat__in=[EtatAction.BROUILLON, *PUBLICS])


class Outil(models.Model):
    """A tool named by fiches; ``cle`` is its name without accents nor case, so that two spellings are one tool."""

    nom = models.CharField("nom", max_length=100)
    cle = models.CharField("clé", max_length=100, unique=True, editable=False)
    licence = models.CharField("licence", max_length=60, blank=True)
    est_libre = models.BooleanField("logiciel libre", default=False)

    class Meta:
        verbose_name = "outil"
        ordering = ["cle"]

    def __str__(self) -> str:
        return self.nom


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
    partenaires = models.ManyToManyField(
        "territoires.Collectivite",
        related_name="actions_partagees",
        blank=True,
        verbose_name="portée avec",
        help_text="Les autres collectivités qui portent l’action.",
    )
    publics_vises = ArrayField(
        models.CharField(max_length=16, choices=Public), verbose_name="publics visés", default=list, blank=True
    )
    publics = models.CharField("publics, avec vos mots", max_length=200, blank=True)
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
    cout = models.CharField("coût", max_length=12, choices=Cout, blank=True)
    financement = models.CharField("financement", max_length=300, blank=True)
    outils = models.CharField("outils", max_length=200, blank=True)
    outils_connus = models.ManyToManyField(Outil, related_name="actions", blank=True, editable=False)
    est_libre = models.BooleanField("logiciel libre", default=False)
    est_replicable = models.BooleanField("réplicable", default=False)
    comment_repliquer = models.TextField("comment la reproduire", max_length=1000, blank=True)
    contact = models.CharField("contact (une fonction plutôt qu’une personne)", max_length=150, blank=True)
    lien = models.URLField("lien", max_length=500, blank=True)
    structure = models.CharField("lieu ou équipement", max_length=150, blank=True)
    adresse = models.CharField("adresse du lieu", max_length=250, blank=True)
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)
    accessibilite = models.CharField("accessibilité du service", max_length=300, blank=True)
    environnement = models.CharField("effet sur l’environnement", max_length=300, blank=True)
    donnees_personnelles = models.CharField("données personnelles", max_length=300, blank=True)
    image = models.FileField("image", upload_to=chemin_image, blank=True)
    image_alternative = models.CharField("ce que montre l’image", max_length=200, blank=True)
    image_credit = models.CharField("auteur de l’image", max_length=150, blank=True)
    langue = models.CharField("langue", max_length=5, default="fr", editable=False)
    inspiree_de = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="inspirees", verbose_name="inspirée de"
    )
    remerciee_le = models.DateTimeField("source remerciée le", null=True, blank=True, editable=False)
    cree_le = models.DateTimeField("créée le", db_default=Now())
    modifie_le = models.DateTimeField("modifiée le", db_default=Now())
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    confirmee_le = models.DateTimeField("confirmée le", null=True, blank=True)
    fusionnee_dans = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="fusionnees", verbose_name="fusionnée dans"
    )
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="auteur"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

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
        ]

    def __str__(self) -> str:
        return self.titre or "Fiche sans titre"

    def get_absolute_url(self) -> str:
        return adresse_de_la_fiche(self.pk, self.slug)

    @property
    def est_publique(self) -> bool:
        """Everyone reads it."""
        return self.etat in PUBLICS

    @property
    def adresse_image(self) -> str:
        """Where the image is read, "" without one."""
        return reverse("atlaas:image", args=[self.pk, PurePath(str(self.image.name)).stem]) if self.image else ""

    @property
    def noms_des_publics(self) -> list[str]:
        return [str(Public(code).label) for code in self.publics_vises]

    @property
    def a_des_egards(self) -> bool:
        return bool(self.accessibilite or self.environnement or self.donnees_personnelles)

    @property
    def a_un_indicateur(self) -> bool:
        return bool(self.indicateur_libelle) and self.indicateur_valeur is not None


class VersionFiche(models.Model):
    """What a public fiche said, kept at each change; ``contenu``: {field: JSON value, "services": [codes]}."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="versions")
    numero = models.PositiveIntegerField("version")
    contenu = models.JSONField("contenu")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    le = models.DateTimeField("le", db_default=Now())

    class Meta:
        verbose_name = "version d’une fiche"
        constraints = [models.UniqueConstraint(fields=["action", "numero"], name="version_fiche_unique")]

    def __str__(self) -> str:
        return f"{self.action_id}, version {self.numero}"


class Presentation(models.Model):
    """A published year for which the fiche was part of a dossier; written downward by the palmarès."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="annees")
    annee = models.PositiveSmallIntegerField("année")

    class Meta:
        verbose_name = "présentation au label"
        constraints = [models.UniqueConstraint(fields=["action", "annee"], name="presentation_unique")]

    def __str__(self) -> str:
        return f"{self.action_id} : {self.annee}"
