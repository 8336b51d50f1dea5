from django.contrib.postgres.fields import ArrayField
from django.db import models

from villes_internet.referentiel.etats import EtatVersion


class Version(models.Model):
    """A millésime of the vocabulary: families, enjeux, services, level descriptors, the scoring scale and the levels.

    ``bareme`` holds the service statuses with their values, the formula's weights and the strata; ``seuils`` the
    threshold of each level, [{"arobases": 1, "min": 0}, …] on 100; ``portes`` the gates of each level, read by
    ``calculs``; ``faits`` who can prove the facts that the gates ask (shapes: ``donnees/schema-1.json``). A published
    version is frozen, but for the typos of its texts: each correction adds one to ``revision``.

    ``est_historique``: an old generation of themes, known by their names only, for the correspondances.
    ``nb_campagnes_en_cours`` is written by the campaigns, from above.
    """

    code = models.CharField("code", max_length=20, unique=True)
    libelle = models.CharField("libellé", max_length=150)
    etat = models.CharField("état", max_length=12, choices=EtatVersion, default=EtatVersion.BROUILLON)
    publiee_le = models.DateTimeField("publiée le", null=True, blank=True)
    bareme = models.JSONField("barème", default=dict)
    seuils = models.JSONField("seuils", default=list)
    portes = models.JSONField("portes", default=list)
    faits = models.JSONField("faits", default=list)
    est_historique = models.BooleanField("historique", default=False)
    revision = models.PositiveIntegerField("révision", default=0)
    nb_campagnes_en_cours = models.PositiveSmallIntegerField("campagnes en cours", default=0)

    class Meta:
        verbose_name = "version du référentiel"
        verbose_name_plural = "versions du référentiel"
        ordering = ["-code"]

    def __str__(self) -> str:
        return self.libelle


class Famille(models.Model):
    version = models.ForeignKey(Version, models.CASCADE, related_name="familles")
    code = models.CharField("code", max_length=4)
    nom = models.CharField("nom", max_length=100)
    position = models.PositiveSmallIntegerField("position")
    est_transversale = models.BooleanField("transversale", default=False)

    class Meta:
        verbose_name = "famille"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="famille_unique")]

    def __str__(self) -> str:
        return self.nom


class Enjeu(models.Model):
    """``niveaux`` holds the five level descriptors, from 0 (absent) to 4 (exemplary and shared), cumulative.

    None in a historical version.
    """

    famille = models.ForeignKey(Famille, models.CASCADE, related_name="enjeux")
    code = models.CharField("code", max_length=6)
    nom = models.CharField("nom", max_length=100)
    position = models.PositiveSmallIntegerField("position")
    niveaux = ArrayField(models.TextField(), size=5, verbose_name="descripteurs de niveau")

    class Meta:
        verbose_name = "enjeu"
        verbose_name_plural = "enjeux"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["famille", "code"], name="enjeu_unique")]

    def __str__(self) -> str:
        return self.nom


class Service(models.Model):
    """``code`` is the enjeu's code and a rank: "A1.3".

    ``equivalents``: the services of other versions, older or newer, for which what is tagged with this one counts;
    written from the correspondances (``actions.relier_les_services``).
    """

    enjeu = models.ForeignKey(Enjeu, models.CASCADE, related_name="services")
    code = models.CharField("code", max_length=8)
    nom = models.CharField("nom", max_length=150)
    position = models.PositiveSmallIntegerField("position")
    equivalents = models.ManyToManyField(
        "self", symmetrical=False, related_name="equivalents_de", blank=True, editable=False, verbose_name="équivalents"
    )

    class Meta:
        verbose_name = "service"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["enjeu", "code"], name="service_unique")]

    def __str__(self) -> str:
        return self.nom


class Correspondance(models.Model):
    """What an enjeu of an older version becomes in a newer one; a row without ``nouveau`` says that it was dropped.

    A split is several rows of one ``ancien``, a merge several rows of one ``nouveau``; ``poids`` weighs a merge.
    """

    version = models.ForeignKey(
        Version, models.CASCADE, related_name="correspondances", verbose_name="version la plus récente"
    )
    ancien = models.ForeignKey(Enjeu, models.CASCADE, related_name="descendances", verbose_name="ancien enjeu")
    nouveau = models.ForeignKey(
        Enjeu, models.CASCADE, null=True, blank=True, related_name="ascendances", verbose_name="nouvel enjeu"
    )
    poids = models.DecimalField("poids", max_digits=5, decimal_places=4, default=1)
    note = models.CharField("note", max_length=250, blank=True)

    class Meta:
        verbose_name = "correspondance"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "ancien", "nouveau"],
                name="correspondance_unique",
                nulls_distinct=False,
                violation_error_message="Ce lien existe déjà.",
            ),
            models.CheckConstraint(
                condition=models.Q(poids__gt=0, poids__lte=1),
                name="correspondance_poids",
                violation_error_message="Le poids est entre 0 et 1.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ancien} → {self.nouveau or 'abandonné'}"
