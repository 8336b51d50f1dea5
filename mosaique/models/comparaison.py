from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from villes_internet.territoires.models import Strate, TypeCollectivite


class Cliche(models.Model):
    """What statistics know of a frozen mosaïque: its figures and what the collectivité was on that day.

    Written by ``figer``, removed by ``defiger``, never changed in between: neither the code, nor the référentiel, nor
    the registry moves a past figure. ``scores`` and ``familles``: {code: score on 100, as text}. ``niveaux``: {code:
    supported level, 0–4}. ``taille_epci`` is the population of the intercommunalité (its own for an EPCI), the
    département and the region are codes.
    """

    mosaique = models.OneToOneField("mosaique.Mosaique", models.CASCADE, related_name="cliche")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="cliches", verbose_name="collectivité"
    )
    millesime = models.PositiveSmallIntegerField("millésime")
    version = models.ForeignKey("referentiel.Version", models.PROTECT, verbose_name="version du référentiel")
    type = models.CharField("type", max_length=20, choices=TypeCollectivite)
    population = models.PositiveIntegerField("population", default=0)
    strate = models.CharField("strate", max_length=10, choices=Strate)
    departement = models.CharField("département", max_length=3, blank=True)
    region = models.CharField("région", max_length=3, blank=True)
    epci = models.ForeignKey(
        "territoires.Collectivite",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="intercommunalité",
    )
    taille_epci = models.PositiveIntegerField("population de l’intercommunalité", default=0)
    indice = models.DecimalField("indice", max_digits=6, decimal_places=2)
    scores = models.JSONField("scores par enjeu", default=dict)
    familles = models.JSONField("scores par famille", default=dict)
    niveaux = models.JSONField("niveaux étayés par enjeu", default=dict, db_default={})
    ecrit_le = models.DateTimeField("écrit le", db_default=Now())

    class Meta:
        verbose_name = "cliché"
        indexes = [
            models.Index(fields=["millesime", "version", "type", "strate"], name="cliche_strate"),
            models.Index(fields=["millesime", "version", "type", "departement"], name="cliche_departement"),
            models.Index(fields=["millesime", "version", "type", "epci"], name="cliche_epci"),
            models.Index(fields=["millesime", "version", "type", "population"], name="cliche_population"),
            models.Index(
                fields=["millesime", "version", "strate", "region"], include=["indice"], name="cliche_observe"
            ),
        ]

    def __str__(self) -> str:
        return f"Cliché {self.millesime}"


class Genre(models.TextChoices):
    """With whom a collectivité compares itself."""

    JUMELLES = "jumelles", "mes jumelles"
    STRATE = "strate", "même strate"
    DEPARTEMENT = "departement", "même département"
    EPCI = "epci", "même intercommunalité"
    CHOISI = "choisi", "mon groupe"


PARTAGES = (Genre.STRATE, Genre.DEPARTEMENT, Genre.EPCI)


class Releve(models.Model):
    """A group's statistics as they were released, with the composition they came from. Rows are only ever added.

    ``collectivite`` is the only reader of a group of her own (twins, picked); None for a group shared by its members,
    named by ``cle``. ``membres`` (collectivités) and ``cliches`` run in parallel: a member that deposits anew counts as
    changed. ``chiffres``: {"indice": [lower quartile, median, upper quartile], "familles": {code: […]}, "enjeux":
    {code: […]}}, whole points.
    """

    genre = models.CharField("genre", max_length=12, choices=Genre)
    cle = models.CharField("clé", max_length=40)
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, null=True, blank=True, related_name="releves"
    )
    millesime = models.PositiveSmallIntegerField("millésime")
    version = models.ForeignKey("referentiel.Version", models.PROTECT, related_name="+")
    membres = ArrayField(models.BigIntegerField())
    cliches = ArrayField(models.BigIntegerField())
    n = models.PositiveIntegerField("membres")
    chiffres = models.JSONField("chiffres")
    publie_le = models.DateTimeField("publié le", db_default=Now())

    class Meta:
        verbose_name = "relevé"
        indexes = [
            models.Index(fields=["version", "genre", "cle", "-millesime", "-publie_le"], name="releve_groupe"),
            GinIndex(fields=["membres"], name="releve_membres"),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} {self.cle} {self.millesime}"

    @property
    def composition(self) -> dict[int, int]:
        """{collectivité: cliché}."""
        return dict(zip(self.membres, self.cliches, strict=True))


class GroupeChoisi(models.Model):
    """The collectivités with which one compares itself by choice."""

    collectivite = models.OneToOneField("territoires.Collectivite", models.CASCADE, related_name="groupe_choisi")
    membres = models.ManyToManyField("territoires.Collectivite", related_name="+", blank=True)

    class Meta:
        verbose_name = "groupe choisi"

    def __str__(self) -> str:
        return f"Groupe {self.collectivite_id}"


class AccordCitation(models.Model):
    """The row exists as long as the collectivité agrees to be named to those that compare themselves with it.

    Apart from the clichés, so that an agreement withdrawn is withdrawn for every year at once; the journal of the
    mosaïque keeps who gave and withdrew it.
    """

    collectivite = models.OneToOneField("territoires.Collectivite", models.CASCADE, related_name="accord_citation")
    donne_le = models.DateTimeField("donné le", db_default=Now())

    class Meta:
        verbose_name = "accord pour être nommée"

    def __str__(self) -> str:
        return f"Accord {self.collectivite_id}"
