"""Read models of results: the public list, the home page, a batch's progress."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypedDict, TypeVar

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne, Mention
from candidatures.campagnes.queries import campagne_courante, derniere_publiee
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury.models import Decision
from candidatures.palmares.calculs import projeter
from candidatures.palmares.etats import EtatCertificat
from candidatures.palmares.models import Certificat, LotCertificats, Resultat
from villes_internet.socle.models import Evenement
from villes_internet.territoires.calculs.noms import normaliser
from villes_internet.territoires.models import Collectivite, Region

T = TypeVar("T")
INDECIS = (EtatDossier.RECEVABLE, EtatDossier.EN_EVALUATION, EtatDossier.EVALUE)  # wait for a decision
ORDRE = ("-arobases", "cle_alphabetique", "pk")
PAR_PAGE = 60
MAX_POINTS = 400  # squares on the home page's map: beyond, the page would weigh more than what it says
NB_EXEMPLES = 6
DUREE_CACHE = 600  # seconds; a publication or a correction empties it at once on its own machine
SILENCE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Filtres:
    """What the public list is narrowed by; empty values narrow nothing."""

    arobases: int = 0
    region: str = ""
    type: str = ""
    mention: str = ""
    q: str = ""

    @property
    def actifs(self) -> bool:
        return any((self.arobases, self.region, self.type, self.mention, self.q))


class Palmares(Paginator):
    """A page counter whose total is known beforehand."""

    def __init__(self, resultats: QuerySet[Any, Any], total: int) -> None:
        super().__init__(resultats, PAR_PAGE)
        self.count = total


def _cle(campagne: Campagne, quoi: str) -> str:
    return f"palmares:{campagne.pk}:{quoi}"


def _garder(cle: str, calculer: Callable[[], T]) -> T:
    valeur: T | None = cache.get_or_set(cle, calculer, DUREE_CACHE)
    assert valeur is not None
    return valeur


def oublier(campagne: Campagne) -> None:
    """After a publication or a correction."""
    cache.delete_many([_cle(campagne, "decompte"), _cle(campagne, "accueil")])


def _decompte(campagne: Campagne) -> list[tuple[int, str | None, str, int]]:
    """[(arobases, region, type, number of collectivités)], some 200 lines at most; one query, kept in the cache."""

    def compter() -> list[tuple[int, str | None, str, int]]:
        comptes = Resultat.objects.filter(campagne=campagne).order_by().values_list("arobases", "region", "type")
        return list(comptes.annotate(n=Count("pk")))

    return _garder(_cle(campagne, "decompte"), compter)


def effectifs(campagne: Campagne) -> dict[int, int]:
    """{arobases: number of collectivités}, five to one."""
    comptes = _decompte(campagne)
    return {niveau: sum(n for arobases, _, _, n in comptes if arobases == niveau) for niveau in range(5, 0, -1)}


def _total(campagne: Campagne, filtres: Filtres) -> int:
    """How many results there are by level, region and type, whatever the mention and the name; no row is read."""
    return sum(
        n
        for arobases, region, type_, n in _decompte(campagne)
        if filtres.arobases in (0, arobases) and filtres.region in ("", region) and filtres.type in ("", type_)
    )


def filtrer(campagne: Campagne, filtres: Filtres) -> QuerySet[Resultat]:
    """By level, then in alphabetical order: there is no rank within a level."""
    resultats = Resultat.objects.filter(campagne=campagne)
    if filtres.arobases:
        resultats = resultats.filter(arobases=filtres.arobases)
    if filtres.region:
        resultats = resultats.filter(region=filtres.region)
    if filtres.type:
        resultats = resultats.filter(type=filtres.type)
    if filtres.mention:
        resultats = resultats.filter(mentions__code=filtres.mention)
    if filtres.q:
        resultats = resultats.filter(collectivite__nom_normalise__contains=normaliser(filtres.q))
    return resultats.order_by(*ORDRE)


def page_du_palmares(campagne: Campagne, filtres: Filtres, numero: str | int) -> Page[Resultat]:
    """At most ``PAR_PAGE`` results, loaded; their keys come first, so that a far page costs no more than the index."""
    resultats = filtrer(campagne, filtres)
    total = resultats.count() if filtres.mention or filtres.q else _total(campagne, filtres)
    page: Page[Any] = Palmares(resultats.values_list("pk", flat=True), total).get_page(numero)
    charges = Resultat.objects.select_related("collectivite__departement").prefetch_related("mentions")
    page.object_list = list(charges.filter(pk__in=list(page.object_list)).order_by(*ORDRE))
    return page


def regions() -> QuerySet[Region]:
    return Region.objects.all()


def mentions(campagne: Campagne) -> QuerySet[Mention]:
    return Mention.objects.filter(campagne=campagne)


def annees_publiees() -> QuerySet[Campagne]:
    return Campagne.objects.publiees().annotate(nb_resultats=Count("resultats")).order_by("-annee")


def resultats_de(collectivite: Collectivite) -> QuerySet[Resultat]:
    """Published results of a collectivité, newest first, with its certificate in force (``en_vigueur``, 0 or 1)."""
    valables = Certificat.objects.filter(etat=EtatCertificat.VALABLE)
    return (
        Resultat.objects.publics()
        .filter(collectivite=collectivite)
        .select_related("campagne")
        .prefetch_related("mentions", Prefetch("certificats", valables, to_attr="en_vigueur"))
        .order_by("-campagne__annee")
    )


def certificat_par_code(code: str) -> Certificat | None:
    return (
        Certificat.objects.filter(code=code, resultat__campagne__etat__in=[EtatCampagne.PUBLIEE, EtatCampagne.CLOTUREE])
        .select_related("resultat__campagne", "resultat__collectivite", "remplace_par")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Suivi:
    """Where a batch stands, in words that are true. ``etat``: fini, en_cours, en_attente, arrete."""

    lot: LotCertificats
    nb_produits: int
    nb_en_echec: int
    etat: str
    echecs: list[Certificat] = field(default_factory=list)

    @property
    def est_anime(self) -> bool:
        """Whether looking again in a moment may show something else."""
        return self.etat in {"en_cours", "en_attente"}


def suivi(lot_pk: int, a: datetime) -> Suivi | None:
    """Progress of a batch at ``a``; two queries."""
    lots = LotCertificats.objects.avec_avancement().select_related("campagne", "demande_par")
    lot: Any = lots.filter(pk=lot_pk).first()
    if lot is None:
        return None
    produits, en_echec = lot.nb_produits, lot.nb_en_echec
    if lot.fini_le is not None:
        etat = "fini"
    elif en_echec and produits + en_echec == lot.total:
        etat = "arrete"
    else:
        etat = "en_cours" if a - lot.avance_le < SILENCE else "en_attente"
    echecs = list(lot.certificats.filter(fichier="").exclude(erreur="").order_by("numero")[:20])
    return Suivi(lot, produits, en_echec, etat, echecs)


class Jalon(TypedDict):
    libelle: str
    date: date | datetime
    etat: str


def calendrier(campagne: Campagne, a: datetime) -> list[Jalon]:
    """The dates of a campaign in order: past, the next one (``courante``), to come."""
    dates: list[tuple[str, Any]] = [
        ("Ouverture des dépôts", campagne.ouverture_le),
        ("Clôture des dépôts", campagne.cloture_le),
        ("Réunion du jury", campagne.jury_le),
        ("Cérémonie et palmarès", campagne.ceremonie_le),
    ]
    jour = timezone.localdate(a)
    jalons: list[Jalon] = []
    courante_vue = False
    for libelle, quand in dates:
        if quand is None:
            continue
        if (quand <= a) if isinstance(quand, datetime) else (quand < jour):
            etat = "passee"
        else:
            etat = "a_venir" if courante_vue else "courante"
            courante_vue = True
        jalons.append({"libelle": libelle, "date": quand, "etat": etat})
    return jalons


def accueil(a: datetime) -> dict[str, Any]:
    """The context of the home page; two queries, five when the cache is cold."""
    courante = campagne_courante()
    publiee = derniere_publiee()
    vu = _garder(_cle(publiee, "accueil"), partial(_vitrine, publiee)) if publiee else {}
    return {
        "campagne": courante,
        "calendrier": calendrier(courante, a) if courante else [],
        "palmares": vu.get("palmares"),
        "carte_labellisees": vu.get("carte", []),
    }


def _vitrine(campagne: Campagne) -> dict[str, Any]:
    """Examples of every level and the map of the last published year; two queries whatever their number."""
    total = sum(effectifs(campagne).values())
    verte = Mention.objects.filter(est_verte=True, resultat=OuterRef("pk"))
    resultats = list(
        Resultat.objects.filter(campagne=campagne)
        .annotate(verte=Exists(verte))
        .select_related("collectivite__departement")
        .order_by("?" if total > MAX_POINTS else "pk")[:MAX_POINTS]
    )
    par_niveau = sorted(resultats, key=lambda r: (r.arobases, r.pk))
    pas = max(1, len(par_niveau) // NB_EXEMPLES)
    exemples = sorted(par_niveau[pas - 1 :: pas][-NB_EXEMPLES:], key=lambda r: r.cle_alphabetique)
    return {
        "palmares": {"annee": campagne.annee, "total": total, "exemples": [_exemple(r) for r in exemples]},
        "carte": [point for r in sorted(resultats, key=lambda r: r.cle_alphabetique) if (point := _point(r))],
    }


def _exemple(resultat: Resultat) -> dict[str, Any]:
    departement = resultat.collectivite.departement
    return {
        "nom": resultat.nom,
        "departement": departement.nom if departement else "",
        "arobases": resultat.arobases,
        "verte": getattr(resultat, "verte", False),
        "url": resultat.collectivite.get_absolute_url(),
    }


def _point(resultat: Resultat) -> dict[str, Any] | None:
    collectivite = resultat.collectivite
    if collectivite.latitude is None or collectivite.longitude is None:
        return None
    place = projeter(float(collectivite.latitude), float(collectivite.longitude), collectivite.departement_id or "")
    if place is None:
        return None
    return {"x": place[0], "y": place[1], **_exemple(resultat)}


def campagne_a_publier() -> Campagne | None:
    """The campaign that comes next in the association's work: the most recent that is past its closing, else none."""
    etapes = [EtatCampagne.EVALUATION, EtatCampagne.DELIBERATION, EtatCampagne.ARRETEE]
    return Campagne.objects.filter(etat__in=etapes).order_by("-annee").first()


def bilan(campagne: Campagne) -> dict[str, Any]:
    """What the publication would show: decided dossiers by level, and how many still wait; two queries."""
    decides = Decision.objects.filter(dossier__campagne=campagne, dossier__etat=EtatDossier.DELIBERE)
    comptes = {ligne["arobases"]: ligne["n"] for ligne in decides.order_by().values("arobases").annotate(n=Count("pk"))}
    archives = Resultat.objects.filter(campagne=campagne).count()
    attendent = Dossier.objects.filter(campagne=campagne, etat__in=INDECIS).count()
    niveaux = [{"arobases": niveau, "n": comptes.get(niveau, 0)} for niveau in range(5, 0, -1)]
    return {"niveaux": niveaux, "total": sum(comptes.values()) + archives, "indecis": attendent}


def derniers_lots() -> QuerySet[LotCertificats]:
    return LotCertificats.objects.avec_avancement().select_related("campagne").order_by("-pk")[:10]


def chercher_certificats(q: str, code: str) -> QuerySet[Certificat]:
    """Newest first; by part of the published name or the start of the number, or by the whole code."""
    certificats = Certificat.objects.select_related("resultat__campagne").order_by("-pk")
    if not q:
        return certificats
    return certificats.filter(Q(resultat__nom__icontains=q) | Q(numero__istartswith=q) | Q(code=code))


def dernier_certificat(certificat: Certificat) -> Certificat:
    return Certificat.objects.filter(resultat=certificat.resultat_id).order_by("-rang")[0]


def journal_du_certificat(certificat: Certificat) -> list[Evenement]:
    return list(Evenement.objects.de(certificat).recents()[:20])
