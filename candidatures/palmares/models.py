from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from candidatures.palmares.etats import EtatCertificat


class Resultat(models.Model):
    """The label of a collectivité for a year, as published. ``dossier`` is empty for years from the archives."""

    campagne = models.ForeignKey("candidatures.Campagne", models.PROTECT, related_name="resultats")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="resultats", verbose_name="collectivité"
    )
    dossier = models.OneToOneField(
        "candidatures.Dossier", models.PROTECT, null=True, blank=True, related_name="resultat"
    )
    arobases = models.PositiveSmallIntegerField("arobases")
    mentions = models.ManyToManyField("candidatures.Mention", blank=True, verbose_name="mentions")

    class Meta:
        verbose_name = "résultat"
        constraints = [
            models.UniqueConstraint(fields=["campagne", "collectivite"], name="resultat_unique"),
            models.CheckConstraint(condition=Q(arobases__range=(1, 5)), name="resultat_arobases"),
        ]
        indexes = [models.Index(fields=["campagne", "-arobases", "collectivite"], name="resultat_palmares")]

    def __str__(self) -> str:
        return f"{self.arobases} @"


class LotCertificats(models.Model):
    """A batch of certificates; its progress is the number of certificates that exist for its results."""

    campagne = models.ForeignKey("candidatures.Campagne", models.PROTECT, related_name="lots")
    demande_par = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    demande_le = models.DateTimeField("demandé le", db_default=Now())
    total = models.PositiveIntegerField("certificats à produire")
    fini_le = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "lot de certificats"
        verbose_name_plural = "lots de certificats"

    def __str__(self) -> str:
        return f"Lot {self.pk}"


def chemin_certificat(certificat: "Certificat", nom: str) -> str:
    return f"certificats/{certificat.resultat.campagne_id}/{certificat.numero}.pdf"


class Certificat(models.Model):
    """A certificate and what it said (``contenu``); a reissue is a new row that the old one points to."""

    resultat = models.ForeignKey(Resultat, models.PROTECT, related_name="certificats")
    lot = models.ForeignKey(LotCertificats, models.PROTECT, null=True, blank=True, related_name="certificats")
    rang = models.PositiveSmallIntegerField("rang d’émission", default=1)
    numero = models.CharField("numéro", max_length=30, unique=True)
    code = models.CharField("code de vérification", max_length=20, unique=True)
    etat = models.CharField("état", max_length=10, choices=EtatCertificat, default=EtatCertificat.VALABLE)
    contenu = models.JSONField("contenu")
    fichier = models.FileField("fichier", upload_to=chemin_certificat, blank=True)
    empreinte = models.CharField("empreinte SHA-256 du fichier", max_length=64, blank=True)
    emis_le = models.DateTimeField("émis le", db_default=Now())
    remplace_par = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="remplace", verbose_name="remplacé par"
    )

    class Meta:
        verbose_name = "certificat"
        constraints = [
            models.UniqueConstraint(
                fields=["resultat", "rang"],
                name="certificat_rang",
                violation_error_message="Ce certificat existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.numero

    def get_absolute_url(self) -> str:
        return reverse("palmares:verifier", args=[self.code])
