from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.socle.alphabet import champ_alphabetique


class Role(models.TextChoices):
    """The first four are held for a collectivité, the others for the label as a whole."""

    LECTEUR = "lecteur", "lecteur"
    CONTRIBUTEUR = "contributeur", "contributeur"
    REFERENT = "referent", "référent label"
    SIGNATAIRE = "signataire", "signataire"
    JURE = "jure", "juré"
    PRESIDENCE_JURY = "presidence_jury", "présidence du jury"
    CHARGE_DE_MISSION = "charge_de_mission", "chargé de mission"
    ADMINISTRATEUR = "administrateur", "administrateur"
    COMITE_ORIENTATION = "comite_orientation", "comité d’orientation"


ROLES_LOCAUX = (Role.LECTEUR, Role.CONTRIBUTEUR, Role.REFERENT, Role.SIGNATAIRE)
ROLES_NATIONAUX = (
    Role.JURE,
    Role.PRESIDENCE_JURY,
    Role.CHARGE_DE_MISSION,
    Role.ADMINISTRATEUR,
    Role.COMITE_ORIENTATION,
)


class UtilisateurManager(BaseUserManager["Utilisateur"]):
    def get_by_natural_key(self, username: str | None) -> "Utilisateur":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **champs: Any) -> "Utilisateur":
        utilisateur = self.model(email=self.normalize_email(email).lower(), **champs)
        utilisateur.set_password(password)
        utilisateur.save(using=self._db)
        return utilisateur

    def create_superuser(self, email: str, password: str | None = None, **champs: Any) -> "Utilisateur":
        """The first person of the association: rights come from the role, ``is_superuser`` stays unused."""
        utilisateur = self.create_user(email, password, is_staff=True, **champs)
        utilisateur.habilitations.create(role=Role.ADMINISTRATEUR, etat=EtatHabilitation.ACCEPTEE)
        return utilisateur


class Utilisateur(AbstractUser):
    """A person, known by an e-mail address. What they may do is in ``Habilitation``, never here.

    ``is_staff`` only opens the door of ``/admin/``; it is written with the national roles.
    """

    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse électronique", unique=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    cle_alphabetique = champ_alphabetique("last_name", "first_name")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UtilisateurManager()  # type: ignore[misc,assignment]

    class Meta(AbstractUser.Meta):
        verbose_name = "utilisateur"
        indexes = [models.Index(fields=["cle_alphabetique", "email"], name="utilisateur_alphabetique")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="utilisateur_email", violation_error_message="Cette adresse a déjà un compte."
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class HabilitationQuerySet(models.QuerySet["Habilitation"]):
    def actives(self, au: date | None = None) -> "HabilitationQuerySet":
        """Accepted and within their dates; ``au`` defaults to the database's date."""
        jour: Any = au or models.functions.TruncDate(Now())
        return self.filter(
            Q(debut__isnull=True) | Q(debut__lte=jour),
            Q(fin__isnull=True) | Q(fin__gte=jour),
            etat=EtatHabilitation.ACCEPTEE,
        )

    def echues(self) -> "HabilitationQuerySet":
        """Accepted, and their last day is past by the database's date."""
        return self.filter(etat=EtatHabilitation.ACCEPTEE, fin__lt=models.functions.TruncDate(Now()))

    def demandees(self) -> "HabilitationQuerySet":
        return self.filter(etat=EtatHabilitation.DEMANDEE)


class Habilitation(models.Model):
    """Who may act for which collectivité (none for the label as a whole), in which role, and since when."""

    utilisateur = models.ForeignKey(Utilisateur, models.PROTECT, related_name="habilitations")
    collectivite = models.ForeignKey(
        "territoires.Collectivite",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="habilitations",
        verbose_name="collectivité",
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    fonction = models.CharField("fonction", max_length=150, blank=True, help_text="Exemple : directrice du numérique.")
    message = models.TextField("message", blank=True, max_length=1000)
    site = models.URLField("site de la collectivité", blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatHabilitation, default=EtatHabilitation.DEMANDEE)
    demandee_le = models.DateTimeField("demandée le", db_default=Now())
    decidee_le = models.DateTimeField("décidée le", null=True, blank=True)
    decidee_par = models.ForeignKey(
        Utilisateur, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField("fin", null=True, blank=True)

    objects = HabilitationQuerySet.as_manager()

    class Meta:
        verbose_name = "habilitation"
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=ROLES_LOCAUX, collectivite__isnull=False)
                | Q(role__in=ROLES_NATIONAUX, collectivite__isnull=True),
                name="habilitation_portee",
                violation_error_message="Un rôle local vaut pour une collectivité, un rôle national pour le label.",
            ),
            models.UniqueConstraint(
                fields=["utilisateur", "collectivite", "role"],
                condition=Q(etat__in=[EtatHabilitation.DEMANDEE, EtatHabilitation.ACCEPTEE]),
                nulls_distinct=False,
                name="habilitation_unique",
                violation_error_message="Cette personne a déjà ce rôle, ou l’a déjà demandé.",
            ),
        ]
        indexes = [models.Index(fields=["collectivite", "etat"], name="habilitation_collectivite")]

    def __str__(self) -> str:
        return f"{self.utilisateur_id} {self.get_role_display()}"

    @property
    def est_echue(self) -> bool:
        """The role ended by itself: its last day is past, and nothing has logged it yet."""
        return self.etat == EtatHabilitation.ACCEPTEE and self.fin is not None and self.fin < timezone.localdate()

    @property
    def etat_du_jour(self) -> str:
        return "terminée" if self.est_echue else self.get_etat_display()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def ouvertes(self, a: datetime) -> "InvitationQuerySet":
        return self.filter(acceptee_le__isnull=True, revoquee_le__isnull=True, expire_le__gt=a)


class Invitation(models.Model):
    """An e-mailed link that gives a role once; only a digest of the token is kept."""

    courriel = models.EmailField("adresse électronique")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, null=True, blank=True, verbose_name="collectivité"
    )
    role = models.CharField("rôle", max_length=20, choices=Role)
    empreinte_jeton = models.CharField(max_length=64, unique=True, editable=False)
    invitee_par = models.ForeignKey(Utilisateur, models.PROTECT, related_name="+", verbose_name="invitée par")
    creee_le = models.DateTimeField("créée le", db_default=Now())
    expire_le = models.DateTimeField("expire le")
    acceptee_le = models.DateTimeField("acceptée le", null=True, blank=True)
    acceptee_par = models.ForeignKey(
        Utilisateur, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="acceptée par"
    )
    revoquee_le = models.DateTimeField("révoquée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        indexes = [models.Index(fields=["collectivite", "expire_le"], name="invitation_collectivite")]

    def __str__(self) -> str:
        return self.courriel

    def est_ouverte(self, a: datetime) -> bool:
        return self.acceptee_le is None and self.revoquee_le is None and a < self.expire_le
