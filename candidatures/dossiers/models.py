import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from candidatures.dossiers.etats import DEPOSES, EtatDossier


class Etape(models.TextChoices):
    """The ordered steps whose answers are kept in a ``Section`` each, or in rows of their own."""

    COLLECTIVITE = "collectivite", "Ma collectivité"
    EQUIPE = "equipe", "L’équipe"
    LETTRE = "lettre", "Lettre du maire"
    STRATEGIE = "strategie", "Stratégie"
    MOSAIQUE = "mosaique", "Mosaïque"
    ACTIONS = "actions", "Actions"
    PHARES = "phares", "Actions phares"
    MOYENS = "moyens", "Moyens"
    MENTIONS = "mentions", "Mentions"
    PIECES = "pieces", "Pièces"
    RELECTURE = "relecture", "Relecture"
    DEPOT = "depot", "Approbation et dépôt"


class DossierQuerySet(models.QuerySet["Dossier"]):
    def deposes(self) -> "DossierQuerySet":
        return self.filter(etat__in=DEPOSES)


class Dossier(models.Model):
    """The candidacy of a collectivité in a campaign: one per pair.

    ``nb_actions`` and ``nb_manques_propres`` are kept by the actions that change them, for the lists. The second counts
    the points that only a save of the dossier moves, empty until one counts them; ``completude.nb_bloquants`` adds what
    the mosaïque, the fiches and the registry move.
    """

    campagne = models.ForeignKey("candidatures.Campagne", models.PROTECT, related_name="dossiers")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="dossiers", verbose_name="collectivité"
    )
    mosaique = models.OneToOneField("mosaique.Mosaique", models.PROTECT, related_name="+", verbose_name="mosaïque")
    etat = models.CharField("état", max_length=14, choices=EtatDossier, default=EtatDossier.BROUILLON)
    cree_le = models.DateTimeField("créé le", db_default=Now())
    modifie_le = models.DateTimeField("modifié le", db_default=Now())
    approuve_le = models.DateTimeField("approuvé le", null=True, blank=True)
    approuve_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="approuvé par"
    )
    empreinte_approuvee = models.CharField("empreinte approuvée", max_length=64, blank=True)
    depose_le = models.DateTimeField("déposé le", null=True, blank=True)
    nb_manques_propres = models.PositiveSmallIntegerField("points manquants du dossier", null=True, blank=True)
    nb_actions = models.PositiveSmallIntegerField("actions présentées", default=0)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = "dossier"
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "collectivite"],
                name="dossier_unique",
                violation_error_message="Cette collectivité a déjà un dossier dans cette campagne.",
            )
        ]
        indexes = [
            models.Index(fields=["campagne", "etat", "id"], name="dossier_etat"),
            models.Index(fields=["campagne", "-depose_le", "-id"], name="dossier_depot"),
        ]

    def __str__(self) -> str:
        return f"Dossier {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier", args=[self.pk])


class Section(models.Model):
    """The answers of one step, as entered (a draft is always savable). ``numero_version`` grows at each save.

    ``donnees``: {field: text or list of texts}, kept as typed; ``invalides``: {field: what is wrong with its shape}.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="sections")
    etape = models.CharField("étape", max_length=12, choices=Etape)
    donnees = models.JSONField("réponses", default=dict, blank=True)
    invalides = models.JSONField("réponses à corriger", default=dict, blank=True)
    numero_version = models.PositiveIntegerField("version", default=0)
    modifie_le = models.DateTimeField("modifiée le", null=True, blank=True)
    modifie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="modifiée par"
    )

    class Meta:
        verbose_name = "section"
        constraints = [models.UniqueConstraint(fields=["dossier", "etape"], name="section_unique")]

    def __str__(self) -> str:
        return f"{self.get_etape_display()} ({self.dossier_id})"


class ActionPresentee(models.Model):
    """An Atlaas fiche presented in a dossier; what is told of a flagship (``est_phare``) is in the section "phares".

    Rows are written by ``enregistrer_section`` from the sections "actions" and "phares", in the same transaction.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="actions_presentees")
    action = models.ForeignKey("atlaas.Action", models.PROTECT, related_name="presentations")
    position = models.PositiveSmallIntegerField("position", default=0)
    est_phare = models.BooleanField("action phare", default=False)

    class Meta:
        verbose_name = "action présentée"
        verbose_name_plural = "actions présentées"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "action"],
                name="action_presentee_unique",
                violation_error_message="Cette action est déjà dans le dossier.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.action_id}"


def chemin_piece(piece: "Piece", nom: str) -> str:
    """Stored under a random name: the name given by the user is only data."""
    return f"pieces/{piece.dossier_id}/{uuid.uuid4().hex}"


class PieceQuerySet(models.QuerySet["Piece"]):
    def presentes(self) -> "PieceQuerySet":
        return self.filter(retiree_le__isnull=True)


class Piece(models.Model):
    """A file of the dossier, checked by content; ``objet`` says what it proves (letter, deliberation, other).

    ``retiree_le``: removed from the dossier but kept, because an earlier snapshot names it.
    """

    class Objet(models.TextChoices):
        LETTRE = "lettre", "lettre signée"
        DELIBERATION = "deliberation", "délibération"
        AUTRE = "autre", "autre pièce"

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="pieces")
    objet = models.CharField("objet", max_length=12, choices=Objet, default=Objet.AUTRE)
    titre = models.CharField("titre", max_length=150, blank=True)
    alternative = models.CharField("texte de remplacement", max_length=300, blank=True)
    fichier = models.FileField("fichier", upload_to=chemin_piece)
    nom = models.CharField("nom du fichier", max_length=150)
    type_mime = models.CharField("type", max_length=100)
    taille = models.PositiveIntegerField("taille en octets")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    deposee_le = models.DateTimeField("ajoutée le", db_default=Now())
    deposee_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)

    objects = PieceQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        ordering = ["objet", "pk"]

    def __str__(self) -> str:
        return self.titre or self.nom


def chemin_recepisse(instantane: "Instantane", nom: str) -> str:
    return f"recepisses/{instantane.dossier_id}/{uuid.uuid4().hex}.pdf"


class Instantane(models.Model):
    """What the dossier said at a deposit: frozen. ``empreinte`` is the SHA-256 of the canonical JSON of ``contenu``."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="instantanes")
    numero = models.PositiveSmallIntegerField("numéro")
    contenu = models.JSONField("contenu")
    empreinte = models.CharField("empreinte SHA-256", max_length=64)
    depose_le = models.DateTimeField("déposé le")
    depose_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recepisse = models.FileField("récépissé", upload_to=chemin_recepisse, blank=True)

    class Meta:
        verbose_name = "instantané"
        ordering = ["-numero"]
        constraints = [models.UniqueConstraint(fields=["dossier", "numero"], name="instantane_unique")]

    def __str__(self) -> str:
        return f"Instantané {self.numero} du dossier {self.dossier_id}"
