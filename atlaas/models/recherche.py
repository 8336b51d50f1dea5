import math

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Floor, Greatest, Least, Ln, Now, Radians, Tan
from django.urls import reverse

from atlaas.models.fiches import Action

ECHANTILLONS = 1024  # a row's draw is one of these, uniform
COTE_DU_MONDE = 2**26  # the web-mercator world of the map, in its units: a quarter of a screen pixel at zoom 16
CARREAUX = 256  # squares in a side of the world, by which the map finds a box
POLE = 85.05  # degrees: beyond, the map's world ends

_ABSCISSE = (F("longitude") + Value(180.0)) / Value(360.0)
_ORDONNEE = Value(0.5) - Ln(
    Tan(Value(math.pi / 4) + Radians(Least(Greatest(F("latitude"), Value(-POLE)), Value(POLE))) / Value(2.0))
) / Value(2 * math.pi)


NIVEAUX = 10  # the samples of the rows: a half of them, a quarter… to one in ``ECHANTILLONS``
BANDE, BANDES = 32, 1_000  # quality in a band, and the landmark of the first one
GRANDS, PETITS = 100_000, 1_000_000  # the landmarks of the first squares, large and small
GRAND, PETIT = 18, 15  # a large square is 2**18 units wide, a small one 2**15


def _entier(part: models.expressions.Combinable, cote: int) -> Cast:
    return Cast(Floor(part * Value(float(cote))), models.IntegerField())


def reperes() -> Func:
    """What finds a row beside its words and choices: its samples, its band of quality, its squares of the map."""
    place = (_entier(_ABSCISSE, COTE_DU_MONDE), _entier(_ORDONNEE, COTE_DU_MONDE))
    return Func("tirage", "qualite", *place, function="vi_reperes")


class Genre(models.TextChoices):
    """What a visitor narrows a search with; the value is the parameter of the URL."""

    ENJEU = "enjeu", "Enjeu"
    SERVICE = "service", "Service"
    STRATE = "strate", "Taille"
    TYPE = "type", "Type de collectivité"
    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    EPCI = "epci", "Intercommunalité"
    STADE = "stade", "Avancement"
    PUBLIC = "public", "Public"
    OUTIL = "outil", "Outil"
    LIBRE = "libre", "Logiciel libre"
    REPLICABLE = "replicable", "Réplicable"
    ANNEE = "annee", "Année de début"
    AROBASES = "arobases", "Arobases de la collectivité"
    SELECTION = "selection", "Sélection"


class Facette(models.Model):
    """One choice of a facet. ``nb``: public fiches that have it, kept by the nightly task (``atlaas.indexation``)."""

    genre = models.CharField("genre", max_length=12, choices=Genre)
    code = models.CharField("code", max_length=100)
    libelle = models.CharField("libellé", max_length=200)
    nb = models.PositiveIntegerField("fiches", default=0)

    class Meta:
        verbose_name = "facette"
        constraints = [models.UniqueConstraint(fields=["genre", "code"], name="facette_unique")]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} : {self.libelle}"


class MotConnu(models.Model):
    """A word of the public fiches, as it is most often written; ``cle`` has neither accents nor case."""

    cle = models.CharField("clé", max_length=60, primary_key=True)
    mot = models.CharField("mot", max_length=60)
    nb = models.PositiveIntegerField("fiches")

    class Meta:
        verbose_name = "mot connu"
        verbose_name_plural = "mots connus"

    def __str__(self) -> str:
        return self.mot


class Entree(models.Model):
    """What the search knows of a public fiche: a narrow row whose long columns are stored apart.

    Written by ``atlaas.indexation`` in the transaction that changes the fiche, and by nothing else. ``facettes``: keys
    of ``Facette``. ``qualite`` orders what no word orders: fresh and replicable first. ``tirage`` is uniform over 0 to
    ``ECHANTILLONS`` - 1, so that the rows under a bound are a fair sample. The words run by weight, A first.
    ``abscisse`` goes east and ``ordonnee`` south, in units of the map's world; ``carreau`` is column × 256 + row.
    ``reperes`` says draw, quality and place again, in numbers that one index keeps beside words and choices.
    """

    action = models.OneToOneField(Action, models.CASCADE, primary_key=True, related_name="entree")
    collectivite = models.ForeignKey("territoires.Collectivite", models.PROTECT, related_name="+")
    publiee_le = models.DateTimeField("publiée le")
    qualite = models.IntegerField("qualité")
    tirage = models.PositiveSmallIntegerField("tirage")
    facettes = ArrayField(models.IntegerField(), verbose_name="facettes", default=list)
    latitude = models.FloatField("latitude", null=True)
    longitude = models.FloatField("longitude", null=True)
    abscisse = models.GeneratedField(
        expression=_entier(_ABSCISSE, COTE_DU_MONDE), output_field=models.IntegerField(null=True), db_persist=True
    )
    ordonnee = models.GeneratedField(
        expression=_entier(_ORDONNEE, COTE_DU_MONDE), output_field=models.IntegerField(null=True), db_persist=True
    )
    carreau = models.GeneratedField(
        expression=_entier(_ABSCISSE, CARREAUX) * Value(CARREAUX) + _entier(_ORDONNEE, CARREAUX),
        output_field=models.IntegerField(null=True),
        db_persist=True,
    )
    reperes = models.GeneratedField(
        expression=reperes(), output_field=ArrayField(models.IntegerField()), db_persist=True
    )
    mots_a = models.TextField("titre")
    mots_b = models.TextField("services, enjeux, outils")
    mots_c = models.TextField("résumé")
    mots_d = models.TextField("description, publics, lieux")
    recherche = models.GeneratedField(
        expression=SearchVector("mots_a", weight="A", config="french")
        + SearchVector("mots_b", weight="B", config="french")
        + SearchVector("mots_c", weight="C", config="french")
        + SearchVector("mots_d", weight="D", config="french"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "entrée de la recherche"
        indexes = [
            GinIndex(fields=["recherche", "facettes", "reperes"], name="entree_reponse", fastupdate=False),
            models.Index(fields=["-publiee_le", "-action"], name="entree_publication"),
            models.Index(fields=["-qualite", "-action"], name="entree_qualite"),
            models.Index(fields=["latitude", "longitude"], name="entree_point"),
            models.Index(
                fields=["carreau", "tirage"],
                include=["abscisse", "ordonnee", "action", "collectivite", "qualite"],
                name="entree_carreau",
            ),
            models.Index(fields=["collectivite", "-publiee_le", "-action"], name="entree_collectivite"),
        ]

    def __str__(self) -> str:
        return f"Entrée {self.pk}"


class RechercheSuivie(models.Model):
    """A search that somebody wants to hear of. ``parametres``: the address's, in a fixed order, without the page.

    ``vue_jusqu_a`` is the moment up to which the fiches published have been told.
    """

    utilisateur = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recherches_suivies")
    parametres = models.CharField("recherche", max_length=1000)
    intitule = models.CharField("intitulé", max_length=200)
    cree_le = models.DateTimeField("suivie depuis", db_default=Now())
    vue_jusqu_a = models.DateTimeField("racontée jusqu’au", db_default=Now())

    class Meta:
        verbose_name = "recherche suivie"
        verbose_name_plural = "recherches suivies"
        constraints = [
            models.UniqueConstraint(
                fields=["utilisateur", "parametres"],
                name="recherche_suivie_unique",
                violation_error_message="Vous suivez déjà cette recherche.",
            )
        ]

    def __str__(self) -> str:
        return self.intitule

    def get_absolute_url(self) -> str:
        return f"{reverse('atlaas:liste')}?{self.parametres}"
