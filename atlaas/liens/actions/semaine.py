"""Each week: gather the addresses that published fiches cite, visit them, tell the authors.

The work list is the rows. A visit in progress is a row still awaited: a killed worker loses nothing.
"""

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic

from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from atlaas.etats import PUBLICS
from atlaas.liens import courriels
from atlaas.liens.calculs import Visite, bilan_de, decoupee, est_verifiable, liens_du_texte, suivre
from atlaas.liens.visite import Visiteur
from atlaas.models import Action, AdresseLiee, LienDeFiche
from villes_internet.socle.alphabet import CleAlphabetique
from villes_internet.territoires.models import Collectivite

logger = logging.getLogger(__name__)

BLOC = 500  # fiches read at once
FRAICHE = timedelta(days=3)  # a visit so recent is not made again when the week begins twice
DUREE = 240.0  # seconds of a run of visits
LOT, PAR_HOTE = 800, 40  # addresses of a run, and of a run for one site
FILS = 8  # sites visited at once
MUETS = 5  # as many sites and no answer at all: our own network is down
ENTRE_DEUX_MESSAGES = timedelta(days=6)
CLE_DU_VERROU = 0x11E45
TROP_DE_DEMANDES = 429


# Gather


def recueillir(a: datetime) -> int:
    """The addresses of today's published fiches, all awaited from ``a``; how many. Safe to run twice."""
    dernier = 0
    while fiches := list(_fiches_apres(dernier)[:BLOC]):
        _recueillir_bloc(fiches)
        dernier = fiches[-1].pk
    LienDeFiche.objects.exclude(action__etat__in=PUBLICS).delete()
    AdresseLiee.objects.filter(liens__isnull=True).delete()
    anciennes = AdresseLiee.objects.filter(Q(verifiee_le__isnull=True) | Q(verifiee_le__lt=a - FRAICHE))
    return anciennes.update(attendue_le=a)


def _fiches_apres(cle: int) -> QuerySet[Action]:
    liees = ~Q(lien="") | Q(description__contains="http") | Q(liens__isnull=False)
    fiches = Action.objects.publiees().filter(liees, pk__gt=cle)
    return fiches.only("pk", "lien", "description").order_by("pk").distinct()


def _cites(fiche: Action) -> Iterator[tuple[int, str, str]]:
    """(fiche, place, address), once each."""
    if fiche.lien and est_verifiable(fiche.lien):
        yield fiche.pk, LienDeFiche.Place.LIEN, fiche.lien
    for url in liens_du_texte(fiche.description):
        yield fiche.pk, LienDeFiche.Place.DESCRIPTION, url


@transaction.atomic
def _recueillir_bloc(fiches: list[Action]) -> None:
    """Five queries whatever the number."""
    voulus = {cite for fiche in fiches for cite in _cites(fiche)}
    urls = sorted({url for *_, url in voulus})
    AdresseLiee.objects.bulk_create((AdresseLiee(url=url, hote=_hote(url)) for url in urls), ignore_conflicts=True)
    cles = dict(AdresseLiee.objects.filter(url__in=urls).order_by("pk").values_list("url", "pk"))
    presents = {
        (action, place, url): cle
        for cle, action, place, url in LienDeFiche.objects.filter(action__in=fiches)
        .order_by("pk")
        .values_list("pk", "action", "place", "adresse__url")
    }
    LienDeFiche.objects.filter(pk__in=[cle for cite, cle in presents.items() if cite not in voulus]).delete()
    LienDeFiche.objects.bulk_create(
        (
            LienDeFiche(action_id=action, place=place, adresse_id=cles[url])
            for action, place, url in sorted(voulus - presents.keys())
        ),
        ignore_conflicts=True,
    )


def _hote(url: str) -> str:
    lue = decoupee(url)
    return str(lue.hostname)[:255] if lue else ""


# Visit


@contextmanager
def _seul() -> Iterator[bool]:
    """One run at a time, so that a site never meets two; the lock falls with the connection of a killed worker."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_lock(%s)", [CLE_DU_VERROU])
        libre = bool(curseur.fetchone()[0])
    try:
        yield libre
    finally:
        if libre:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_advisory_unlock(%s)", [CLE_DU_VERROU])


def avancer(visiteur: Visiteur, a: datetime, *, duree: float = DUREE) -> int:
    """Visit addresses that are awaited, for ``duree`` seconds at most; how many findings were written."""
    with _seul() as libre:
        return _visiter_un_lot(visiteur, a, monotonic() + duree) if libre else 0


def _visiter_un_lot(visiteur: Visiteur, a: datetime, fin: float) -> int:
    """What is found waits until one site at least has answered: a night without network says nothing of anybody."""
    lot = _lot()
    nb, entendu, retenues = 0, False, []
    for trouvees in _par_hote(visiteur, lot, fin):
        retenues += trouvees
        entendu = entendu or any(visite.etapes for _, visite in trouvees)
        if entendu:
            nb, retenues = nb + _noter(retenues, a), []
    if len({adresse.hote for adresse, _ in retenues}) >= MUETS:
        logger.warning("Aucun des %s liens visités n’a répondu : rien n’est retenu.", len(retenues))
        return nb
    return nb + _noter(retenues, a)


def _lot() -> list[AdresseLiee]:
    rang = Window(RowNumber(), partition_by=F("hote"), order_by="pk")
    attendues = AdresseLiee.objects.filter(attendue_le__isnull=False).annotate(rang=rang)
    lues = attendues.filter(rang__lte=PAR_HOTE).order_by("rang", "pk")[:LOT]
    return sorted(lues, key=lambda adresse: (adresse.hote, adresse.pk))


Trouvees = list[tuple[AdresseLiee, Visite]]


def _par_hote(visiteur: Visiteur, lot: list[AdresseLiee], fin: float) -> Iterator[Trouvees]:
    """The visits of each site, as its round ends. The threads touch no database."""
    with ThreadPoolExecutor(FILS) as fils:
        rondes = [
            fils.submit(_ronde, visiteur, list(adresses), fin)
            for _, adresses in groupby(lot, key=lambda adresse: adresse.hote)
        ]
        for ronde in as_completed(rondes):
            yield ronde.result()


def _ronde(visiteur: Visiteur, adresses: list[AdresseLiee], fin: float) -> Trouvees:
    """The addresses of one site, one after the other; a site that asks for a pause has it until the next run."""
    trouvees: Trouvees = []
    for adresse in adresses:
        if monotonic() >= fin:
            break
        visite = visiteur.visiter(adresse.url)
        trouvees.append((adresse, visite))
        if visite.code == TROP_DE_DEMANDES:
            break
    return trouvees


def _noter(trouvees: Iterable[tuple[AdresseLiee, Visite]], a: datetime) -> int:
    return sum(noter(adresse.pk, visite, a) for adresse, visite in trouvees)


@transaction.atomic
def noter(cle: int, visite: Visite, a: datetime) -> bool:
    """Write what a visit found, once for a week; whether it was awaited."""
    attendues = AdresseLiee.objects.select_for_update().filter(attendue_le__isnull=False)
    adresse = attendues.filter(pk=cle).first()
    if adresse is None:
        return False
    bilan = suivre(bilan_de(adresse), visite, a)
    adresse.constat, adresse.vers, adresse.depuis_le = bilan.constat, bilan.vers, bilan.depuis_le
    adresse.nb_de_suite, adresse.code = bilan.nb_de_suite, visite.code
    adresse.attendue_le, adresse.verifiee_le = None, a
    adresse.save()
    return True


# Tell


def annoncer(a: datetime) -> int:
    """Write to the référents of the towns that have something new; how many towns. Town by town, safe to run twice."""
    villes = Collectivite.objects.filter(pk__in=LienDeFiche.objects.nouveaux().values("action__collectivite"))
    return sum(_annoncer_a(ville, a) for ville in villes.order_by("pk"))


@transaction.atomic
def _annoncer_a(ville: Collectivite, a: datetime) -> bool:
    """The rows are marked in the transaction of the message: neither is lost, neither is doubled."""
    Collectivite.objects.select_for_update(no_key=True).get(pk=ville.pk)
    siens = LienDeFiche.objects.filter(action__collectivite=ville)
    dernier = siens.aggregate(le=Max("annonce_le"))["le"]
    if dernier and dernier > a - ENTRE_DEUX_MESSAGES:
        return False
    par_titre = (CleAlphabetique("action__titre"), "action", "pk")
    nouveaux = list(siens.nouveaux().select_related("action", "adresse").order_by(*par_titre))
    LienDeFiche.objects.filter(pk__in=[lien.pk for lien in nouveaux]).update(annonce_le=a)
    if nouveaux:
        courriels.liens_a_revoir(ville, nouveaux)
    return bool(nouveaux)
