import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.urls import reverse

from atlaas.etats import PUBLICS, EtatSelection
from atlaas.models.fiches import Action


def chemin_image(selection: "Selection", nom: str) -> str:
    """As that of a fiche: it cannot be guessed, and changes with the image."""
    return f"atlaas/selections/{uuid.uuid4().hex}.webp"


class SelectionQuerySet(models.QuerySet["Selection"]):
    def publiees(self) -> "SelectionQuerySet":
        """Those that everyone reads, the latest first."""
        return self.filter(etat=EtatSelection.PUBLIEE).order_by("-publiee_le", "-pk")

    def avec_nombres(self) -> "SelectionQuerySet":
        """``nb``: fiches kept; ``nb_publiques``: those of them that everyone reads."""
        publique = Q(retenues__action__etat__in=PUBLICS)
        return self.annotate(nb=Count("retenues"), nb_publiques=Count("retenues", filter=publique))


class Selection(models.Model):
    """Public fiches that the association gathers around a theme, in an order and each with its reason.

    ``motif`` is the drawn cover, shown without an image: two characters a tile (``selections.calculs``).
    """

    etat = models.CharField("état", max_length=9, choices=EtatSelection, default=EtatSelection.BROUILLON)
    titre = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=100, unique=True)
    introduction = models.TextField("introduction", max_length=2000)
    image = models.FileField("image", upload_to=chemin_image, blank=True)
    image_alternative = models.CharField("ce que montre l’image", max_length=200, blank=True)
    image_credit = models.CharField("auteur de l’image", max_length=150, blank=True)
    motif = models.CharField("motif", max_length=60, editable=False)
    cree_le = models.DateTimeField("créée le", db_default=Now())
    modifiee_le = models.DateTimeField("modifiée le", db_default=Now())
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    auteur = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="auteur")

    objects = SelectionQuerySet.as_manager()

    class Meta:
        verbose_name = "sélection"
        constraints = [
            models.CheckConstraint(
                condition=Q(etat=EtatSelection.BROUILLON) | Q(publiee_le__isnull=False),
                name="selection_publiee_le",
                violation_error_message="Une sélection publiée a une date de publication.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    def get_absolute_url(self) -> str:
        return reverse("atlaas:selection", args=[self.slug])

    @property
    def est_publique(self) -> bool:
        return self.etat == EtatSelection.PUBLIEE

    @property
    def adresse_image(self) -> str:
        """Where the image is read, "" without one."""
        nom = PurePath(str(self.image.name)).stem if self.image else ""
        return reverse("atlaas:image_selection", args=[self.slug, nom]) if nom else ""

    @property
    def carreaux(self) -> list[tuple[str, str]]:
        """(family or "O" for the gold, shape) of each tile of the drawn cover, in reading order."""
        return [(famille, forme) for famille, forme in zip(self.motif[::2], self.motif[1::2], strict=True)]


class Retenue(models.Model):
    """A fiche of a selection, at its place, and why it is there. It stays when the fiche is no longer public."""

    selection = models.ForeignKey(Selection, models.CASCADE, related_name="retenues", verbose_name="sélection")
    action = models.ForeignKey(Action, models.PROTECT, related_name="retenues", verbose_name="fiche")
    rang = models.PositiveSmallIntegerField("rang")
    pourquoi = models.CharField("pourquoi elle y est", max_length=300, blank=True)

    class Meta:
        verbose_name = "fiche retenue"
        verbose_name_plural = "fiches retenues"
        constraints = [models.UniqueConstraint(fields=["selection", "action"], name="retenue_unique")]

    def __str__(self) -> str:
        return f"{self.action_id} dans {self.selection_id}"
