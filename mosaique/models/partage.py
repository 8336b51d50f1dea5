from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from mosaique.etats import EtatReponseInvitee
from mosaique.models.reponses import ContenuReponse, Mosaique, commentaire_borne


class EnjeuConfieQuerySet(models.QuerySet["EnjeuConfie"]):
    def en_cours(self) -> "EnjeuConfieQuerySet":
        return self.filter(repris_le__isnull=True)


class EnjeuConfie(models.Model):
    """An enjeu that the référent entrusts to a member of the team; one at a time, the past ones stay.

    It says who is in charge and closes nothing: every contributor may still fill the enjeu.
    """

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="confies", verbose_name="mosaïque")
    enjeu = models.ForeignKey("referentiel.Enjeu", models.PROTECT, related_name="+")
    a = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="confié à")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="confié par")
    le = models.DateTimeField("confié le", db_default=Now())
    repris_le = models.DateTimeField("repris le", null=True, blank=True)

    objects = EnjeuConfieQuerySet.as_manager()

    class Meta:
        verbose_name = "enjeu confié"
        verbose_name_plural = "enjeux confiés"
        constraints = [
            models.UniqueConstraint(
                fields=["mosaique", "enjeu"],
                condition=Q(repris_le__isnull=True),
                name="enjeu_confie_unique",
                violation_error_message="Cet enjeu est déjà confié à quelqu’un.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enjeu} : confié à {self.a}"

    def get_absolute_url(self) -> str:
        code = self.mosaique.collectivite.code
        return reverse("mosaique:enjeu", args=[code, self.mosaique.millesime, self.enjeu.code])


class LienInviteQuerySet(models.QuerySet["LienInvite"]):
    def vivants(self, a: datetime) -> "LienInviteQuerySet":
        """Those that one still waits for, or whose answer is to be read again."""
        attendus = Q(reponse__isnull=True, revoque_le__isnull=True, expire_le__gt=a)
        return self.filter(attendus | Q(reponse__etat=EtatReponseInvitee.A_RELIRE))


class LienInvite(models.Model):
    """An e-mailed link to one enjeu, for somebody without an account; only a digest of the token is kept."""

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="liens", verbose_name="mosaïque")
    enjeu = models.ForeignKey("referentiel.Enjeu", models.PROTECT, related_name="+")
    courriel = models.EmailField("adresse électronique")
    message = models.TextField("message", blank=True)
    empreinte_jeton = models.CharField(max_length=64, unique=True, editable=False)
    cree_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="envoyé par")
    cree_le = models.DateTimeField("envoyé le", db_default=Now())
    expire_le = models.DateTimeField("expire le")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)
    termine_le = models.DateTimeField("réponse annoncée le", null=True, blank=True)

    objects = LienInviteQuerySet.as_manager()

    class Meta:
        verbose_name = "lien de réponse"
        verbose_name_plural = "liens de réponse"
        indexes = [models.Index(fields=["mosaique", "enjeu"], name="lien_invite_enjeu")]

    def __str__(self) -> str:
        return f"{self.enjeu} : demandé à {self.courriel}"

    def est_ouvert(self, a: datetime) -> bool:
        return self.revoque_le is None and a < self.expire_le


class ReponseInvitee(ContenuReponse):
    """What a guest answers through a link: kept apart, it counts for nothing until the référent accepts it."""

    lien = models.OneToOneField(LienInvite, models.CASCADE, related_name="reponse")
    etat = models.CharField("état", max_length=12, choices=EtatReponseInvitee, default=EtatReponseInvitee.A_RELIRE)

    class Meta:
        verbose_name = "réponse d’un invité"
        verbose_name_plural = "réponses des invités"
        constraints = [commentaire_borne("reponse_invitee_commentaire")]

    def __str__(self) -> str:
        return f"{self.lien.enjeu} : réponse de {self.lien.courriel}"


class Presence(models.Model):
    """Somebody has the page of an enjeu open: said again every few seconds, forgotten when it is not."""

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="+", verbose_name="mosaïque")
    enjeu = models.ForeignKey("referentiel.Enjeu", models.CASCADE, related_name="+")
    utilisateur = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    depuis = models.DateTimeField("depuis")
    vue_le = models.DateTimeField("vue le")

    class Meta:
        verbose_name = "présence"
        constraints = [models.UniqueConstraint(fields=["mosaique", "enjeu", "utilisateur"], name="presence_unique")]

    def __str__(self) -> str:
        return f"{self.utilisateur_id} sur {self.enjeu_id}"
