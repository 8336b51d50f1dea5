from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.urls import reverse

from villes_internet.socle.alphabet import champ_alphabetique
from villes_internet.socle.templatetags.typographie import INSECABLE, nombre


class Region(models.Model):
    code = models.CharField("code", max_length=3, primary_key=True)
    nom = models.CharField("nom", max_length=100)
    cle_alphabetique = champ_alphabetique("nom")

    class Meta:
        verbose_name = "région"
        ordering = ["cle_alphabetique"]

    def __str__(self) -> str:
        return self.nom


class Departement(models.Model):
    code = models.CharField("code", max_length=3, primary_key=True)
    nom = models.CharField("nom", max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="région")

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.nom


class TypeCollectivite(models.TextChoices):
    COMMUNE = "commune", "commune"
    COMMUNE_DELEGUEE = "commune_deleguee", "commune déléguée"
    COMMUNE_ASSOCIEE = "commune_associee", "commune associée"
    ARRONDISSEMENT = "arrondissement", "arrondissement municipal"
    EPCI = "epci", "intercommunalité"
    EPT = "ept", "établissement public territorial"


class Strate(models.TextChoices):
    """Size classes used to compare like with like (published statistics of the label); intercommunalités apart."""

    VILLAGE = "village", "village, moins de 3 000 habitants"
    PETITE = "petite", "ville de 3 000 à 19 999 habitants"
    MOYENNE = "moyenne", "ville de 20 000 à 99 999 habitants"
    GRANDE = "grande", "ville de 100 000 habitants et plus"
    EPCI = "epci", "intercommunalité"


SEUILS = ((100_000, Strate.GRANDE), (20_000, Strate.MOYENNE), (3_000, Strate.PETITE))
NATURES = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "METRO": "métropole",
    "MET69": "métropole",
    "EPT": "établissement public territorial",
}
CANDIDATES = (TypeCollectivite.COMMUNE, TypeCollectivite.EPCI, TypeCollectivite.EPT)


class Precision(models.TextChoices):
    """How sure the point is."""

    EXACTE = "exacte", "exacte, par le nom et le département"
    CODE_POSTAL = "code_postal", "approximative, centre du code postal"
    EPCI = "epci", "approximative, centre de l’intercommunalité"
    DEPARTEMENT = "departement", "approximative, centre du département"
    COMMUNE = "commune", "approximative, point de la commune actuelle"


class CollectiviteQuerySet(models.QuerySet["Collectivite"]):
    def candidates(self) -> "CollectiviteQuerySet":
        """Those that may hold a dossier: communes, EPCI and EPT of today."""
        return self.filter(type__in=CANDIDATES)


class Collectivite(models.Model):
    """A row of the registry: a commune, an intercommunalité, or a part of a merged commune that leads to it.

    ``code`` is the INSEE code of communes and of their parts, the SIREN of EPCI and EPT: always text.
    """

    type = models.CharField("type", max_length=20, choices=TypeCollectivite)
    code = models.CharField("code", max_length=9)
    siren = models.CharField("SIREN", max_length=9, blank=True, db_index=True)
    nom = models.CharField("nom", max_length=200)
    nature = models.CharField("nature juridique", max_length=10, blank=True, help_text="CC, CA, CU, METRO…")
    population = models.PositiveIntegerField("population", null=True, blank=True)
    codes_postaux = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list, blank=True)
    anciens_codes = ArrayField(models.CharField(max_length=5), verbose_name="anciens codes", default=list, blank=True)
    departement = models.ForeignKey(Departement, models.PROTECT, null=True, blank=True, verbose_name="département")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="région")
    epci = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="communes", verbose_name="intercommunalité"
    )
    commune_actuelle = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parties", verbose_name="commune actuelle"
    )
    latitude = models.DecimalField("latitude", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("longitude", max_digits=8, decimal_places=5, null=True, blank=True)
    precision = models.CharField("précision du point", max_length=12, choices=Precision, blank=True)
    nom_normalise = models.CharField("nom normalisé", max_length=200, editable=False)
    termes = models.TextField(
        "termes de recherche", blank=True, editable=False, help_text="Mots du nom, codes, mots du département."
    )
    a_confirmer = models.BooleanField("absente du dernier registre", default=False)
    cle_alphabetique = champ_alphabetique("nom")

    objects = CollectiviteQuerySet.as_manager()

    class Meta:
        verbose_name = "collectivité"
        ordering = ["cle_alphabetique", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "code"],
                name="collectivite_unique",
                violation_error_message="Cette collectivité est déjà dans le registre.",
            )
        ]
        indexes = [
            models.Index(fields=["nom_normalise"], name="collectivite_prefixe", opclasses=["text_pattern_ops"]),
            models.Index(fields=["cle_alphabetique", "code"], name="collectivite_alphabetique"),
            GinIndex(SearchVector("termes", config="simple"), name="collectivite_termes", fastupdate=False),
            GinIndex(fields=["codes_postaux"], name="collectivite_codes_postaux"),
            GinIndex(fields=["anciens_codes"], name="collectivite_anciens_codes"),
        ]

    def __str__(self) -> str:
        return self.nom

    def get_absolute_url(self) -> str:
        return reverse("atlaas:collectivite", args=[self.code])

    @property
    def est_intercommunalite(self) -> bool:
        return self.type in {TypeCollectivite.EPCI, TypeCollectivite.EPT}

    @property
    def strate(self) -> Strate:
        """Size class; an unknown population counts as a village."""
        if self.est_intercommunalite:
            return Strate.EPCI
        population = self.population or 0
        return next((strate for seuil, strate in SEUILS if population >= seuil), Strate.VILLAGE)

    @property
    def nom_long(self) -> str:
        """« Communauté de communes du Pays de Gex » for « CC du Pays de Gex »."""
        sigle, _, reste = self.nom.partition(" ")
        if self.est_intercommunalite and sigle == self.nature and reste:
            nature = NATURES[sigle]
            return f"{nature[0].upper()}{nature[1:]} {reste}"
        return self.nom

    @property
    def libelle_nature(self) -> str:
        """« commune », « communauté d’agglomération »."""
        return NATURES.get(self.nature) or str(TypeCollectivite(self.type).label)

    @property
    def libelle_complet(self) -> str:
        """« Bassens (Gironde, 33) », « Paris (75) »; no query: the code alone when the département is not loaded."""
        if self.departement_id is None:
            return self.nom
        charge = self._state.fields_cache.get("departement")
        lieu = f"{charge.nom}, {charge.code}" if charge and charge.nom != self.nom else self.departement_id
        return f"{self.nom} ({lieu})"

    @property
    def libelle_population(self) -> str:
        """« 8 435 habitants »; empty when unknown."""
        if self.population is None:
            return ""
        return f"{nombre(self.population)}{INSECABLE}habitant{'s' * (self.population > 1)}"

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        """(latitude, longitude) in degrees, WGS 84."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class Appartenance(models.Model):
    """A commune's membership of an intercommunalité, year by year (they change on 1 January)."""

    commune = models.ForeignKey(Collectivite, models.CASCADE, related_name="appartenances")
    epci = models.ForeignKey(Collectivite, models.CASCADE, related_name="membres", verbose_name="intercommunalité")
    annee = models.PositiveSmallIntegerField("année")

    class Meta:
        verbose_name = "appartenance à une intercommunalité"
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "epci", "annee"],
                name="appartenance_unique",
                violation_error_message="Cette appartenance est déjà enregistrée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} → {self.epci_id} ({self.annee})"
