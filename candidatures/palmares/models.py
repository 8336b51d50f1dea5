from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.urls import reverse

from candidatures.campagnes.etats import EtatCampagne
from candidatures.palmares.etats import EtatCertificat
from villes_internet.socle.alphabet import champ_alphabetique
from villes_internet.territoires.models import TypeCollectivite

MAX_ECHECS = 3  # attempts at a certificate before the batch goes on without it and says so


class ResultatQuerySet(models.QuerySet["Resultat"]):
    def publics(self) -> "ResultatQuerySet":
        """Those of published campaigns: before, they are under embargo."""
        return self.filter(campagne__etat__in=[EtatCampagne.PUBLIEE, EtatCampagne.CLOTUREE])


class Resultat(models.Model):
    """The label of a collectivité for a year, as published. ``dossier`` is empty for years from the archives.

    ``nom``, ``type`` and ``region`` are the collectivité's on the day when the result was entered: the public list is
    ordered and filtered by them, on this row alone.
    """

    campagne = models.ForeignKey("candidatures.Campagne", models.PROTECT, related_name="resultats")
    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="resultats", verbose_name="collectivité"
    )
    dossier = models.OneToOneField(
        "candidatures.Dossier", models.PROTECT, null=True, blank=True, related_name="resultat"
    )
    nom = models.CharField("nom publié", max_length=200)
    type = models.CharField("type", max_length=20, choices=TypeCollectivite)
    region = models.ForeignKey(
        "territoires.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="région",
    )
    cle_alphabetique = champ_alphabetique("nom")
    arobases = models.PositiveSmallIntegerField("arobases")
    mentions = models.ManyToManyField("candidatures.Mention", blank=True, verbose_name="mentions")

    objects = ResultatQuerySet.as_manager()

    class Meta:
        verbose_name = "résultat"
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "collectivite"],
                name="resultat_unique",
                violation_error_message="Cette collectivité a déjà un résultat cette année-là.",
            ),
            models.CheckConstraint(
                condition=Q(arobases__range=(1, 5)),
                name="resultat_arobases",
                violation_error_message="Le label va de 1 à 5 arobases.",
            ),
        ]
        # The list, its filters by level, region and type, and their counts read this index alone.
        indexes = [
            models.Index(
                fields=["campagne", "-arobases", "cle_alphabetique", "id"],
                include=["region", "type"],
                name="resultat_palmares",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nom} : {self.arobases} @"

    @property
    def est_verte(self) -> bool:
        """Whether a mention makes one arobase green; reads the mentions as prefetched."""
        return any(m.est_verte for m in self.mentions.all())


class LotQuerySet(models.QuerySet["LotCertificats"]):
    def en_cours(self) -> "LotQuerySet":
        return self.filter(fini_le__isnull=True)

    def avec_avancement(self) -> "LotQuerySet":
        """``nb_produits`` and ``nb_en_echec``, counted on the certificates themselves."""
        return self.annotate(
            nb_produits=Count("certificats", filter=~Q(certificats__fichier="")),
            nb_en_echec=Count("certificats", filter=Q(certificats__fichier="", certificats__nb_echecs__gte=MAX_ECHECS)),
        )


class LotCertificats(models.Model):
    """A batch of certificates; its progress is the number of its certificates that have their file.

    ``avance_le`` moves with each file: a batch that stands still is seen, and taken up again by ``reprendre_lots``.
    """

    campagne = models.ForeignKey("candidatures.Campagne", models.PROTECT, related_name="lots")
    demande_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="demandé par"
    )
    demande_le = models.DateTimeField("demandé le", db_default=Now())
    total = models.PositiveIntegerField("certificats à produire")
    avance_le = models.DateTimeField("dernier certificat", db_default=Now())
    fini_le = models.DateTimeField("fini le", null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = "lot de certificats"
        verbose_name_plural = "lots de certificats"

    def __str__(self) -> str:
        return f"Lot {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("admin:palmares_lot", args=[self.pk])


def chemin_certificat(certificat: "Certificat", nom: str) -> str:
    return f"certificats/{certificat.resultat.campagne_id}/{certificat.numero}.pdf"


class CertificatQuerySet(models.QuerySet["Certificat"]):
    def produits(self) -> "CertificatQuerySet":
        return self.exclude(fichier="")

    def a_produire(self) -> "CertificatQuerySet":
        """Without a file, but for those that failed too often; the ones that never failed first."""
        return self.filter(fichier="", nb_echecs__lt=MAX_ECHECS).order_by("nb_echecs", "pk")


class Certificat(models.Model):
    """A certificate and what it said (``contenu``); a reissue is a new row that the old one points to.

    The row comes first, with its number and code; a worker then makes the file and writes ``fichier`` and ``empreinte``
    together. A row without file is never served.
    """

    resultat = models.ForeignKey(Resultat, models.PROTECT, related_name="certificats")
    lot = models.ForeignKey(LotCertificats, models.PROTECT, null=True, blank=True, related_name="certificats")
    rang = models.PositiveSmallIntegerField("rang d’émission", default=1)
    numero = models.CharField("numéro", max_length=30, unique=True)
    code = models.CharField("code de vérification", max_length=20, unique=True)
    etat = models.CharField("état", max_length=10, choices=EtatCertificat, default=EtatCertificat.VALABLE)
    contenu = models.JSONField("contenu")
    fichier = models.FileField("fichier", upload_to=chemin_certificat, blank=True)
    empreinte = models.CharField("empreinte SHA-256 du fichier", max_length=64, blank=True)
    nb_echecs = models.PositiveSmallIntegerField("échecs de production", default=0)
    erreur = models.CharField("dernière erreur", max_length=300, blank=True)
    emis_le = models.DateTimeField("émis le", db_default=Now())
    remplace_par = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="remplace", verbose_name="remplacé par"
    )

    objects = CertificatQuerySet.as_manager()

    class Meta:
        verbose_name = "certificat"
        constraints = [
            models.UniqueConstraint(
                fields=["resultat", "rang"],
                name="certificat_rang",
                violation_error_message="Ce certificat existe déjà.",
            )
        ]
        indexes = [
            models.Index(fields=["lot", "nb_echecs", "id"], condition=Q(fichier=""), name="certificat_a_produire")
        ]

    def __str__(self) -> str:
        return self.numero

    def get_absolute_url(self) -> str:
        return reverse("palmares:verifier", args=[self.code])

    @property
    def est_en_echec(self) -> bool:
        """Without a file, and given up until the association tries again."""
        return not self.fichier and self.nb_echecs >= MAX_ECHECS
