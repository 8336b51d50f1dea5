"""Recomputing one mosaïque, then every mosaïque of the country in the nightly batch."""

import io
import os
import resource
import time
from collections.abc import Iterator
from datetime import date

from django.core.management import call_command

from atlaas.interface import preuves
from mosaique.actions import deplacer_reference
from mosaique.calculs import Bareme
from mosaique.mesures import semis
from mosaique.models import Mosaique
from mosaique.queries import reponses_par_enjeu
from mosaique.queries.chiffres import calculer_avec
from mosaique.recalcul.actions import TAILLE_BLOC
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.mesures import COMMUNES

ANNEE = 2101
REPETITIONS = 500
PLAFOND_UNE = 1.0  # ms of CPU
PLAFOND_LOT = 60.0  # s, for 35,000
PROCESSUS = 2


def mesurer(communes: int = COMMUNES) -> Iterator[str]:
    """Lines to print: CPU of one mosaïque; time of the batch, when every figure moves and when a few do."""
    depart = time.monotonic()
    version = semis.version_de_2027()
    nb = semis.semer_les_mosaiques(ANNEE, version)
    fiches = semis.semer_les_fiches(version)
    yield f"Calcul : {nb} mosaïques, {20 * nb} réponses, {fiches} fiches semées en {_depuis(depart):.0f} s"
    yield _une_mosaique()
    yield _lot(nb, "rien n’était calculé")
    cles = Mosaique.objects.filter(millesime=ANNEE).values("pk")
    deplacer_reference(cles, date(2101, 4, 30))
    yield _lot(nb, "la clôture a bougé")


def _depuis(depart: float) -> float:
    return time.monotonic() - depart


def _une_mosaique() -> str:
    """Everything but the database: twenty enjeux with their proofs, the index, what moved."""
    mosaique = Mosaique.objects.select_related("collectivite", "version").filter(millesime=ANNEE).earliest("pk")
    reponses, enjeux = reponses_par_enjeu(mosaique), arbre(mosaique.version).enjeux
    trouvees = preuves(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    depart = time.process_time()
    for _ in range(REPETITIONS):
        calculer_avec(reponses, enjeux, trouvees, Bareme.depuis(mosaique.version.bareme))
    cpu = (time.process_time() - depart) * 1000 / REPETITIONS
    return f"  une mosaïque : {cpu:.2f} ms de processeur  {_verdict(cpu, PLAFOND_UNE)} (moins de {PLAFOND_UNE:.0f} ms)"


def _lot(nb: int, cas: str) -> str:
    charge = os.getloadavg()[0]
    depart, cpu = time.monotonic(), _cpu_des_enfants()
    call_command("recalculer_mosaiques", ANNEE, processus=PROCESSUS, stdout=io.StringIO())
    duree, cpu = _depuis(depart), _cpu_des_enfants() - cpu
    oubliees = Mosaique.objects.filter(millesime=ANNEE, calculee_le=None).count()
    plafond = PLAFOND_LOT * nb / COMMUNES
    detail = f"{PROCESSUS} processus, blocs de {TAILLE_BLOC}, {cpu:.0f} s de processeur Python, {oubliees} oubliée,"
    detail += f" charge de la machine avant : {charge:.1f}"
    tenu = f"{_verdict(duree, plafond)} (moins de {plafond:.0f} s)"
    return f"  le lot, {cas} : {duree:.1f} s, {nb / duree:.0f} mosaïques/s ({detail})  {tenu}"


def _cpu_des_enfants() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _verdict(mesure: float, plafond: float) -> str:
    return "tenu" if mesure < plafond else "DÉPASSÉ"
