from django.db import models
from django.db.models import F, Q

from atlaas.etats import PUBLICS


class Constat(models.TextChoices):
    """What the last visit of an address found; an observation that each visit writes anew, no state to cross."""

    BON = "bon", "répond"
    DEPLACE = "deplace", "mène ailleurs, pour de bon"
    ABSENT = "absent", "la page n’existe plus"
    NOM_INCONNU = "nom_inconnu", "le nom du site est inconnu"
    REFUS = "refus", "le site refuse la visite"
    PANNE = "panne", "le site est en panne"
    DELAI = "delai", "le site met trop de temps à répondre"
    CONNEXION = "connexion", "le site ne répond pas"
    CERTIFICAT = "certificat", "le certificat du site n’est pas valable"
    BOUCLE = "boucle", "le site renvoie sans fin d’une adresse à une autre"
    INTERDIT = "interdit", "l’adresse n’est pas publique"


TOUT_DE_SUITE = (Constat.DEPLACE, Constat.ABSENT, Constat.INTERDIT)
DE_SUITE = 2  # visits in a row, for what may pass
URL_MAX = 500  # characters


class AdresseLiee(models.Model):
    """An address that published fiches cite: one row, one visit, whatever the number of fiches.

    ``attendue_le`` is the work list: set each week, emptied by the visit. ``nb_de_suite`` counts the visits in a row
    that found the same kind of thing, ``depuis_le`` is the first of those that found no good.
    """

    url = models.URLField("adresse", max_length=URL_MAX, unique=True)
    hote = models.CharField("site", max_length=255, editable=False)
    attendue_le = models.DateTimeField("visite attendue depuis le", null=True, blank=True)
    verifiee_le = models.DateTimeField("vérifiée le", null=True, blank=True)
    constat = models.CharField("constat", max_length=12, choices=Constat, default=Constat.BON)
    code = models.PositiveSmallIntegerField("réponse du site", null=True, blank=True)
    vers = models.URLField("mène à", max_length=URL_MAX, blank=True)
    depuis_le = models.DateTimeField("depuis le", null=True, blank=True)
    nb_de_suite = models.PositiveSmallIntegerField("constats de suite", default=0)

    class Meta:
        verbose_name = "adresse liée"
        verbose_name_plural = "adresses liées"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(constat=Constat.BON) | Q(depuis_le__isnull=False),
                name="adresse_depuis_quand",
                violation_error_message="Un défaut a une date de début.",
            ),
        ]
        indexes = [
            models.Index(fields=["hote", "id"], name="adresse_attendue", condition=Q(attendue_le__isnull=False)),
            models.Index(fields=["constat"], name="adresse_en_defaut", condition=~Q(constat=Constat.BON)),
        ]

    def __str__(self) -> str:
        return self.url


class LienDeFicheQuerySet(models.QuerySet["LienDeFiche"]):
    def actuels(self) -> "LienDeFicheQuerySet":
        """Those that a public fiche still says: its author may have mended it since the addresses were gathered."""
        cite = Q(place=LienDeFiche.Place.LIEN, action__lien=F("adresse__url")) | Q(
            place=LienDeFiche.Place.DESCRIPTION, action__description__contains=F("adresse__url")
        )
        return self.filter(cite, action__etat__in=PUBLICS)

    def a_dire(self) -> "LienDeFicheQuerySet":
        """Worth a word to the author, who has not said that the link is right as it is.

        A page that is gone, that moved for good or that only a private network opens is told at once; what may pass
        (a name unknown, a refusal, a breakdown) when two weekly visits in a row have found it.
        """
        sur = Q(adresse__constat__in=TOUT_DE_SUITE) | Q(adresse__nb_de_suite__gte=DE_SUITE)
        garde = Q(garde_constat=F("adresse__constat"), garde_vers=F("adresse__vers"))
        return self.actuels().filter(~Q(adresse__constat=Constat.BON), sur).exclude(garde)

    def nouveaux(self) -> "LienDeFicheQuerySet":
        """Not yet told by e-mail since their trouble began."""
        return self.a_dire().filter(Q(annonce_le__isnull=True) | Q(annonce_le__lt=F("adresse__depuis_le")))


class LienDeFiche(models.Model):
    """Where a fiche cites an address. ``garde_…``: what its author saw and called right; anything else is told anew."""

    class Place(models.TextChoices):
        LIEN = "lien", "lien de la fiche"
        DESCRIPTION = "description", "lien dans la description"

    action = models.ForeignKey("atlaas.Action", models.CASCADE, related_name="liens", verbose_name="fiche")
    adresse = models.ForeignKey(AdresseLiee, models.CASCADE, related_name="liens", verbose_name="adresse")
    place = models.CharField("place", max_length=12, choices=Place)
    annonce_le = models.DateTimeField("annoncé le", null=True, blank=True)
    garde_constat = models.CharField("gardé malgré", max_length=12, choices=Constat, blank=True)
    garde_vers = models.URLField("gardé malgré l’adresse", max_length=URL_MAX, blank=True)

    objects = LienDeFicheQuerySet.as_manager()

    class Meta:
        verbose_name = "lien d’une fiche"
        verbose_name_plural = "liens des fiches"
        constraints = [models.UniqueConstraint(fields=["action", "adresse", "place"], name="lien_de_fiche_unique")]

    def __str__(self) -> str:
        return f"{self.action_id} : {self.adresse_id}"
