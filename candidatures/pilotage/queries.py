"""Read models of the association: the list of dossiers, the campaign at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.completude import nb_bloquants
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury.models import Synthese
from candidatures.jury.queries import nombres_par_etat
from villes_internet.socle.cles import PageDeCles, entier
from villes_internet.territoires.calculs.noms import normaliser
from villes_internet.territoires.models import Collectivite

TAILLE_DE_PAGE = 50
# From the draft to the result: the states a dossier goes through, grouped as the association speaks of them.
ENTONNOIR: tuple[tuple[str, tuple[EtatDossier, ...]], ...] = (
    ("En préparation", (EtatDossier.BROUILLON, EtatDossier.EN_VALIDATION, EtatDossier.APPROUVE)),
    ("Déposés", (EtatDossier.DEPOSE,)),
    ("Recevables", (EtatDossier.RECEVABLE,)),
    ("En évaluation", (EtatDossier.EN_EVALUATION,)),
    ("Évalués", (EtatDossier.EVALUE,)),
    ("Décidés", (EtatDossier.DELIBERE, EtatDossier.PUBLIE)),
)
JAMAIS_DEPOSES = (EtatDossier.BROUILLON, EtatDossier.EN_VALIDATION, EtatDossier.APPROUVE)


@dataclass(frozen=True, slots=True)
class Filtres:
    """What the list is asked for; empty means all."""

    texte: str = ""
    etat: str = ""
    type: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class LigneSuivie:
    """``synthese`` is None before the first assignment, ``nb_bloquants`` once deposited or while nothing counts it."""

    dossier: Dossier
    synthese: Synthese | None
    nb_bloquants: int | None


@dataclass(frozen=True, slots=True)
class Palier:
    libelle: str
    nb: int


def entonnoir(campagne: Campagne) -> list[Palier]:
    """How many dossiers at each stage; one query on the index alone."""
    nombres = nombres_par_etat(campagne.dossiers.all())
    return [Palier(libelle, sum(nombres.get(e, 0) for e in etats)) for libelle, etats in ENTONNOIR]


def collectivites_nommees(texte: str) -> QuerySet[Collectivite]:
    """By the beginning of the name, accents and case ignored, or by an exact code, SIREN or postal code."""
    propre = texte.strip()
    return Collectivite.objects.filter(
        Q(nom_normalise__startswith=normaliser(propre))
        | Q(code=propre)
        | Q(siren=propre)
        | Q(codes_postaux__contains=[propre])
    )


def page_de_dossiers(
    campagne: Campagne, filtres: Filtres, apres: str = "", taille: int = TAILLE_DE_PAGE
) -> PageDeCles[LigneSuivie]:
    """A page of the campaign's dossiers: latest deposit first; drafts, when asked for, newest first.

    One query, and one more where the page holds drafts, to count what they lack.
    """
    dossiers: QuerySet[Dossier] = Dossier.objects.filter(campagne=campagne)
    if filtres.etat:
        dossiers = dossiers.filter(etat=filtres.etat)
    if filtres.texte:
        dossiers = dossiers.filter(collectivite__in=collectivites_nommees(filtres.texte).values("pk"))
    if filtres.type:
        dossiers = dossiers.filter(collectivite__type=filtres.type)
    if filtres.region:
        dossiers = dossiers.filter(collectivite__region=filtres.region)
    if filtres.texte or filtres.etat in JAMAIS_DEPOSES:
        ordre: Sequence[str] = ("-pk",)
    else:
        dossiers, ordre = dossiers.filter(depose_le__isnull=False), ("-depose_le", "-pk")
    cle = entier(apres)
    if cle is not None:
        dossiers = _apres(dossiers, cle, par_depot=len(ordre) > 1)
    lus = dossiers.select_related("collectivite__departement", "synthese").order_by(*ordre)[: taille + 1]
    lignes = _suivies(list(lus), campagne)
    return PageDeCles.couper(lignes, taille, lambda ligne: ligne.dossier.pk, est_premiere=cle is None)


def _suivies(dossiers: Sequence[Dossier], campagne: Campagne) -> list[LigneSuivie]:
    en_preparation = [d for d in dossiers if d.etat in JAMAIS_DEPOSES]
    nombres = nb_bloquants(en_preparation, campagne) if en_preparation else {}
    return [LigneSuivie(d, getattr(d, "synthese", None), nombres.get(d.pk)) for d in dossiers]


def _apres(dossiers: QuerySet[Dossier], cle: int, *, par_depot: bool) -> QuerySet[Dossier]:
    """What follows the dossier ``cle`` in the order of the list."""
    if not par_depot:
        return dossiers.filter(pk__lt=cle)
    borne = Dossier.objects.filter(pk=cle).values_list("depose_le", flat=True).first()
    if borne is None:
        return dossiers
    return dossiers.filter(depose_le__lte=borne).exclude(depose_le=borne, pk__gte=cle)


ETAPES_CAMPAGNE = (
    EtatCampagne.ANNONCEE,
    EtatCampagne.OUVERTE,
    EtatCampagne.CLOSE,
    EtatCampagne.EVALUATION,
    EtatCampagne.DELIBERATION,
    EtatCampagne.ARRETEE,
    EtatCampagne.PUBLIEE,
)


@dataclass(frozen=True, slots=True)
class Jalon:
    libelle: str
    est_passe: bool
    est_courant: bool


def jalons(campagne: Campagne) -> list[Jalon]:
    """The campaign's course, from the announcement to the publication."""
    rang = ETAPES_CAMPAGNE.index(EtatCampagne(campagne.etat)) if campagne.etat in ETAPES_CAMPAGNE else -1
    if campagne.etat == EtatCampagne.CLOTUREE:
        rang = len(ETAPES_CAMPAGNE)
    return [Jalon(str(e.label), n < rang, n == rang) for n, e in enumerate(ETAPES_CAMPAGNE)]
