from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse

COMMENTAIRE_POINTS_MAX = 6_000


class Mosaique(models.Model):
    """The self-diagnosis of a collectivité for a year.

    ``date_reference`` is the day at which the eligibility of the actions is judged (the campaign's closing day).
    ``indice``, ``nb_renseignes`` and ``nb_manques`` are kept by the actions that change an answer, final once frozen;
    the index of an open mosaïque is read live (``queries.resume``), for the fiches and the day of reference move it.
    ``est_figee`` is written downward by what stands above (a deposited dossier): no answer changes while it holds.
    """

    collectivite = models.ForeignKey(
        "territoires.Collectivite", models.PROTECT, related_name="mosaiques", verbose_name="collectivité"
    )
    millesime = models.PositiveSmallIntegerField("millésime")
    version = models.ForeignKey("referentiel.Version", models.PROTECT, verbose_name="version du référentiel")
    date_reference = models.DateField("date de référence")
    indice = models.DecimalField("indice", max_digits=6, decimal_places=2, default=0)
    nb_renseignes = models.PositiveSmallIntegerField("enjeux renseignés", default=0)
    nb_manques = models.PositiveSmallIntegerField("enjeux à compléter", default=0)
    calculee_le = models.DateTimeField("calculée le", null=True, blank=True)
    est_figee = models.BooleanField("figée", default=False)

    class Meta:
        verbose_name = "mosaïque"
        constraints = [
            models.UniqueConstraint(
                fields=["collectivite", "millesime"],
                name="mosaique_unique",
                violation_error_message="Cette collectivité a déjà une mosaïque pour cette année.",
            )
        ]

    def __str__(self) -> str:
        return f"Mosaïque {self.millesime}"

    def get_absolute_url(self) -> str:
        return reverse("mosaique:mosaique", args=[self.collectivite.code, self.millesime])


def commentaire_borne(nom: str) -> models.CheckConstraint:
    """500 characters as they are read, each of some code points: what the form accepts, the column holds."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length("commentaire"), COMMENTAIRE_POINTS_MAX),
        name=nom,
        violation_error_message="Ce commentaire est trop long.",
    )


class ContenuReponse(models.Model):
    """What is answered on an enjeu. ``numero_version`` grows at each save: a stale save is refused.

    ``services``: {service code: {"statut": code, "echeance": ISO date or "", "motif": text}}.
    """

    niveau = models.PositiveSmallIntegerField(
        "niveau déclaré", null=True, blank=True, validators=[MaxValueValidator(4)]
    )
    services = models.JSONField("statuts des services", default=dict, blank=True)
    commentaire = models.TextField("commentaire", blank=True)
    numero_version = models.PositiveIntegerField("version", default=0)
    modifie_le = models.DateTimeField("modifiée le", null=True, blank=True)

    class Meta:
        abstract = True


class ReponseEnjeu(ContenuReponse):
    """The answer on one enjeu, the one that counts.

    ``est_a_confirmer``: it comes from an earlier year and nobody has said yet that it still holds; it counts in the
    score as declared, and in completeness as missing.

    From ``niveau_etaye`` on, the figures are computed by ``calculs`` at each save: ``couverture`` is 0–1, ``score``
    0–100, ``nb_en_place`` counts the services whose working is proved, out of ``nb_concernes``; ``retenus`` is the
    status that counts for each service, {service code: status} (empty on answers frozen before it was kept).

    ``preuves``: what the actions showed when the mosaïque was frozen (shape: ``queries.constats``); empty while it is
    open, and on answers frozen before it was kept.
    """

    mosaique = models.ForeignKey(Mosaique, models.CASCADE, related_name="reponses")
    enjeu = models.ForeignKey("referentiel.Enjeu", models.PROTECT)
    est_a_confirmer = models.BooleanField("à confirmer", default=False, db_default=False)
    niveau_etaye = models.PositiveSmallIntegerField("niveau étayé", default=0)
    retenus = models.JSONField("statuts retenus", default=dict, blank=True)
    couverture = models.DecimalField("couverture", max_digits=5, decimal_places=4, default=0)
    score = models.DecimalField("score", max_digits=6, decimal_places=2, default=0)
    nb_actions = models.PositiveSmallIntegerField("actions éligibles", default=0)
    nb_en_place = models.PositiveSmallIntegerField("services en place", default=0)
    nb_concernes = models.PositiveSmallIntegerField("services concernés", default=0)
    preuves = models.JSONField("preuves gardées", default=dict, blank=True, db_default={})
    modifie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="modifiée par"
    )

    class Meta:
        verbose_name = "réponse sur un enjeu"
        verbose_name_plural = "réponses sur les enjeux"
        constraints = [
            models.UniqueConstraint(fields=["mosaique", "enjeu"], name="reponse_enjeu_unique"),
            models.CheckConstraint(
                condition=Q(niveau__isnull=True) | Q(niveau__lte=4),
                name="reponse_enjeu_niveau",
                violation_error_message="Le niveau va de 0 à 4.",
            ),
            commentaire_borne("reponse_enjeu_commentaire"),
        ]

    def __str__(self) -> str:
        return f"{self.mosaique_id} {self.enjeu_id}"
