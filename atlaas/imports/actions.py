"""What changes an import: its file read, its columns linked, its rows judged, then its fiches written all together."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from atlaas.imports import lots, tasks
from atlaas.imports.analyse import Analyse, bilan
from atlaas.imports.colonnes import IDENTIFIANT, deviner, plier
from atlaas.imports.lecture import TableLue
from atlaas.imports.valeurs import depuis_json
from atlaas.models import (
    Action,
    AvancementImport,
    GenreImport,
    ImportFiches,
    LigneImport,
    Provenance,
    VerdictLigne,
)
from atlaas.permissions import peut_creer_action
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import arbre, version_courante
from villes_internet.socle.avancement import hors_transaction
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

logger = logging.getLogger(__name__)
DUREE = timedelta(days=30)
BLOC = 250  # rows written, then told, at a time
DEJA_CONFIRME = "Cet import est déjà confirmé."
TROP_TARD = "Cet import a plus de trente jours : envoyez le fichier à nouveau."
PAS_PRET = "L’aperçu n’est pas encore prêt."
RIEN = "Rien à écrire : aucune ligne ne crée ni ne change de fiche."
ONT_CHANGE = "Des fiches ont changé pendant que vous lisiez l’aperçu. Rien n’est écrit : le voici refait, relisez-le."
EN_PANNE = "L’import s’est arrêté trois fois. Rien n’est écrit : envoyez le fichier à nouveau, ou écrivez-nous."
ECRITES = (VerdictLigne.CREER, VerdictLigne.MODIFIER)
JUGES = [
    "verdict",
    "refus",
    "titre",
    "fiche",
    "version",
    "champs",
    "services",
    "identifiant",
    "origine",
    "est_complete",
]
Dire = Callable[[int], None]


@transaction.atomic
def deposer(ville: Collectivite, lue: TableLue, *, par: Utilisateur, a: datetime) -> ImportFiches:
    """Keep the rows; places, whose columns are known, are judged at once."""
    est_connu = lue.genre == GenreImport.LIEUX
    imprt = ImportFiches.objects.create(
        collectivite=ville,
        par=par,
        genre=lue.genre,
        nom=lue.nom,
        colonnes=lue.colonnes,
        liaison={} if est_connu else deviner(lue.colonnes),
        nb_lignes=len(lue.lignes),
        nb_ailleurs=lue.nb_ailleurs,
        cree_le=a,
        relie_le=a if est_connu else None,
        expire_le=a + DUREE,
    )
    for ligne in lue.lignes:
        ligne.imprt = imprt
    LigneImport.objects.bulk_create(lue.lignes, batch_size=1_000)
    AvancementImport.objects.create(imprt=imprt, le=a)
    if est_connu:
        _mettre_au_travail(imprt)
    return imprt


def _mettre_au_travail(imprt: ImportFiches) -> None:
    transaction.on_commit(partial(tasks.avancer_import.delay, imprt.pk), robust=True)


def _verrouiller(imprt: ImportFiches, a: datetime) -> ImportFiches:
    tenu = ImportFiches.objects.select_for_update().get(pk=imprt.pk)
    if tenu.confirme_le is not None:
        raise TransitionRefusee(DEJA_CONFIRME)
    if tenu.est_perime(a):
        raise TransitionRefusee(TROP_TARD)
    return tenu


@transaction.atomic
def relier(imprt: ImportFiches, liaison: Mapping[str, int], *, vides_effacent: bool, a: datetime) -> ImportFiches:
    """Say which field each column fills; the rows are judged (again)."""
    tenu = _verrouiller(imprt, a)
    tenu.liaison, tenu.vides_effacent = dict(liaison), vides_effacent
    tenu.relie_le, tenu.analyse_le, tenu.message, tenu.nb_echecs = a, None, "", 0
    tenu.save(update_fields=["liaison", "vides_effacent", "relie_le", "analyse_le", "message", "nb_echecs"])
    AvancementImport.objects.filter(imprt=tenu).update(nb=0, le=a)
    _mettre_au_travail(tenu)
    return tenu


@transaction.atomic
def confirmer(imprt: ImportFiches, *, publier: bool, ecraser: bool, par: Utilisateur, a: datetime) -> ImportFiches:
    """A worker writes the fiches. Raises ``TransitionRefusee``: done already, too late, nothing to write."""
    tenu = _verrouiller(imprt, a)
    if tenu.analyse_le is None:
        raise TransitionRefusee(PAS_PRET)
    voulues = [*ECRITES, VerdictLigne.PERIMEE] if ecraser else ECRITES
    if not sum(tenu.bilan[verdict] for verdict in voulues) and not (publier and tenu.bilan["completes"]):
        raise TransitionRefusee(RIEN)
    tenu.publier, tenu.ecraser, tenu.confirme_le, tenu.confirme_par, tenu.nb_echecs = publier, ecraser, a, par, 0
    tenu.save(update_fields=["publier", "ecraser", "confirme_le", "confirme_par", "nb_echecs"])
    AvancementImport.objects.filter(imprt=tenu).update(nb=0, le=a)
    _mettre_au_travail(tenu)
    return tenu


@transaction.atomic
def abandonner(imprt: ImportFiches, *, a: datetime) -> None:
    """The rows are erased, nothing else was written. Raises ``TransitionRefusee`` once it is confirmed."""
    _verrouiller(imprt, a).delete()


def oublier(a: datetime) -> int:
    """Erase the imports whose thirty days are over, done or not; how many. What they wrote stays."""
    vieux = ImportFiches.objects.filter(expire_le__lte=a)
    nb = vieux.count()
    vieux.delete()
    return nb


# The worker


def avancer(import_pk: int) -> bool:
    """Judge the rows or write the fiches, whichever waits; False when nothing does, or another worker is at it.

    All in one transaction: a killed worker leaves the import as it was before, to be taken again.
    """
    try:
        with transaction.atomic():
            a_faire = ImportFiches.objects.a_faire().select_related("collectivite", "confirme_par")
            imprt = a_faire.select_for_update(of=("self",), skip_locked=True).filter(pk=import_pk).first()
            if imprt is None:
                return False
            with _avancement(imprt) as dire:
                (_ecrire if imprt.analyse_le else _juger)(imprt, dire)
    except Exception:
        logger.exception("Import %s interrompu", import_pk)
        _compter_l_echec(import_pk)
    return True


@transaction.atomic
def _compter_l_echec(import_pk: int) -> None:
    imprt = ImportFiches.objects.select_for_update().get(pk=import_pk)
    imprt.nb_echecs += 1
    imprt.message = EN_PANNE if imprt.est_en_panne else ""
    imprt.save(update_fields=["nb_echecs", "message"])


class _avancement:  # noqa: N801  a context manager reads as a function
    """Gives what tells others how many rows are done."""

    def __init__(self, imprt: ImportFiches) -> None:
        self.cle = imprt.pk
        self.contexte = hors_transaction()

    def __enter__(self) -> Dire:
        self.curseur = self.contexte.__enter__()
        return self.dire

    def dire(self, nb: int) -> None:
        ordre = "UPDATE atlaas_avancementimport SET nb = %s, le = clock_timestamp() WHERE imprt_id = %s"
        self.curseur.execute(ordre, [nb, self.cle])

    def __exit__(self, *faute: Any) -> None:
        self.contexte.__exit__(*faute)


def _juger(imprt: ImportFiches, dire: Dire) -> None:
    version = version_courante()
    assert version is not None
    analyse = Analyse(imprt, arbre(version))
    faites: list[LigneImport] = []
    for bloc in _blocs(imprt.lignes.order_by("numero").iterator(chunk_size=BLOC)):
        for ligne in bloc:
            analyse.juger(ligne)
        LigneImport.objects.bulk_create(
            bloc, update_conflicts=True, unique_fields=["imprt", "numero"], update_fields=JUGES
        )
        faites += bloc
        dire(len(faites))
    imprt.bilan, imprt.analyse_le = bilan(faites), timezone.now()
    imprt.save(update_fields=["bilan", "analyse_le"])


def _blocs(lignes: Iterator[LigneImport]) -> Iterator[list[LigneImport]]:
    while bloc := list(islice(lignes, BLOC)):
        yield bloc


def _ecrire(imprt: ImportFiches, dire: Dire) -> None:
    """Every fiche or none: what moved since the preview brings back the preview."""
    par, a = imprt.confirme_par, timezone.now()
    assert par is not None
    if not (verdict := peut_creer_action(par, imprt.collectivite)):
        _revenir_a_l_apercu(imprt, f"Rien n’est écrit. {verdict.motif}")
        return
    try:
        with transaction.atomic():
            Collectivite.objects.select_for_update().get(pk=imprt.collectivite_id)  # two imports, one after the other
            imprt.bilan = imprt.bilan | _ecrire_les_lignes(imprt, par, a, dire)
    except (lots.FichesPerimees, TransitionRefusee):
        _revenir_a_l_apercu(imprt, ONT_CHANGE)
        return
    imprt.termine_le = timezone.now()
    imprt.save(update_fields=["bilan", "termine_le"])
    consigner(imprt.collectivite, "importer des fiches", par=par, donnees={"fichier": imprt.nom, **imprt.bilan})


def _revenir_a_l_apercu(imprt: ImportFiches, message: str) -> None:
    imprt.confirme_le, imprt.confirme_par, imprt.analyse_le, imprt.message = None, None, None, message[:300]
    imprt.save(update_fields=["confirme_le", "confirme_par", "analyse_le", "message"])
    _mettre_au_travail(imprt)


def _ecrire_les_lignes(imprt: ImportFiches, par: Utilisateur, a: datetime, dire: Dire) -> dict[str, int]:
    voulus = [*ECRITES, VerdictLigne.PERIMEE] if imprt.ecraser else [*ECRITES]
    lignes = imprt.lignes.filter(verdict__in=[*voulus, VerdictLigne.INCHANGEE]).order_by("numero")
    titres = Action.objects.filter(collectivite=imprt.collectivite_id).values_list("titre", flat=True)
    pris = {plier(titre) for titre in titres}
    faits = {"creees": 0, "modifiees": 0, "publiees": 0}
    nb = 0
    for bloc in _blocs(lignes.iterator(chunk_size=BLOC)):
        nouvelles = [ligne for ligne in bloc if ligne.verdict == VerdictLigne.CREER]
        changees = [ligne for ligne in bloc if ligne.verdict in voulus and ligne.verdict != VerdictLigne.CREER]
        if any(plier(ligne.titre) in pris for ligne in nouvelles):
            raise lots.FichesPerimees([])  # somebody wrote the fiche meanwhile
        _creer(imprt, nouvelles, par, a)
        _modifier(changees, par, a)
        faits["creees"] += len(nouvelles)
        faits["modifiees"] += len(changees)
        faits["publiees"] += _publier(bloc, par, a) if imprt.publier else 0
        _retenir_les_provenances(imprt, bloc)
        nb += len(bloc)
        dire(nb)
    return faits


def _creer(imprt: ImportFiches, lignes: Sequence[LigneImport], par: Utilisateur, a: datetime) -> None:
    nouvelles = [lots.Nouvelle(depuis_json(ligne.champs), ligne.services or ()) for ligne in lignes]
    for ligne, fiche in zip(lignes, lots.creer(imprt.collectivite, nouvelles, par=par, a=a), strict=True):
        ligne.fiche = fiche
    LigneImport.objects.bulk_update(lignes, ["fiche"])


def _modifier(lignes: Sequence[LigneImport], par: Utilisateur, a: datetime) -> None:
    changements = []
    for ligne in lignes:
        if ligne.fiche_id is None or ligne.version is None:
            raise lots.FichesPerimees([])  # the fiche is gone
        champs = depuis_json(ligne.champs)
        changements.append(lots.Changement(ligne.fiche_id, ligne.version, champs, ligne.services))
    lots.modifier(changements, par=par, a=a)


def _publier(lignes: Sequence[LigneImport], par: Utilisateur, a: datetime) -> int:
    cles = [ligne.fiche_id for ligne in lignes if ligne.est_complete and ligne.fiche_id]
    fiches = list(Action.objects.filter(pk__in=cles).order_by("pk"))
    if fiches:
        lots.publier(fiches, par=par, a=a)
    return len(fiches)


def _retenir_les_provenances(imprt: ImportFiches, lignes: Sequence[LigneImport]) -> None:
    Provenance.objects.bulk_create(
        (
            Provenance(
                collectivite=imprt.collectivite,
                genre=imprt.genre,
                identifiant=ligne.identifiant,
                fiche_id=ligne.fiche_id,
                contenu=ligne.origine,
            )
            for ligne in lignes
            if ligne.identifiant and ligne.fiche_id
        ),
        update_conflicts=True,
        unique_fields=["collectivite", "genre", IDENTIFIANT],
        update_fields=["fiche", "contenu"],
    )
