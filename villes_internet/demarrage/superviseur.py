"""The processes of the product, side by side: none outlives the launcher, a dead worker is started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from villes_internet.demarrage.installer import RACINE, dire
from villes_internet.demarrage.postgresql import mourir_avec_son_parent

RELANCES_MAXIMALES = 5  # in one minute; more often, the cause must be read and mended
TICTAC = 0.2  # seconds between two looks


@dataclass
class Processus:
    """A command to keep alive. ``indispensable``: its end is the end of everything."""

    nom: str
    commande: Sequence[str]
    indispensable: bool = True
    popen: "subprocess.Popen[bytes] | None" = None
    relances: list[float] = field(default_factory=list)

    def demarrer(self) -> None:
        self.popen = subprocess.Popen(
            self.commande,
            cwd=RACINE,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=mourir_avec_son_parent(signal.SIGTERM),
        )

    def est_vivant(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def arreter(self, delai: float = 15) -> None:
        """Ask politely, wait, then end the whole group."""
        if self.popen is None:
            return
        if self.popen.poll() is None:
            self.popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(delai)
        _finir_le_groupe(self.popen.pid)
        self.popen.wait()


def _finir_le_groupe(groupe: int) -> None:
    try:
        os.killpg(groupe, signal.SIGKILL)
    except ProcessLookupError:
        return


class Superviseur:
    """Starts the processes, watches them until a signal or a fault, stops them in reverse order."""

    def __init__(self, processus: list[Processus], base_vivante: Callable[[], bool]) -> None:
        self.processus = processus
        self.base_vivante = base_vivante
        self.arret_demande = False

    def ecouter_les_signaux(self) -> None:
        for numero in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(numero, self._demander_l_arret)

    def _demander_l_arret(self, _signal: int, _cadre: FrameType | None) -> None:
        self.arret_demande = True

    def demarrer(self) -> None:
        for processus in self.processus:
            processus.demarrer()

    def attendre(self, pret: Callable[[], bool], delai: float = 60) -> str | None:
        """Wait until ``pret()``; the French reason of a failure, or nothing."""
        fin = time.monotonic() + delai
        while time.monotonic() < fin:
            if self.arret_demande or pret():
                return None
            if motif := self.incident():
                return motif
            time.sleep(TICTAC)
        return "Le site ne répond pas après une minute : lisez les messages ci-dessus."

    def veiller(self) -> str | None:
        """Watch until a signal (nothing to say) or a fault (its French reason)."""
        while not self.arret_demande:
            if motif := self.incident():
                return motif
            time.sleep(TICTAC)
        return None

    def incident(self) -> str | None:
        """Start again what may be; the reason to stop everything, if there is one."""
        if not self.base_vivante():
            return "PostgreSQL s’est arrêté : relancez la commande."
        for processus in self.processus:
            if not processus.est_vivant() and (motif := self._secourir(processus)):
                return motif
        return None

    def _secourir(self, processus: Processus) -> str | None:
        if processus.indispensable:
            return f"Le processus « {processus.nom} » s’est arrêté : lisez les messages ci-dessus, puis relancez."
        maintenant = time.monotonic()
        processus.relances = [a for a in processus.relances if maintenant - a < 60]
        if len(processus.relances) >= RELANCES_MAXIMALES:
            return f"Le processus « {processus.nom} » s’arrête sans cesse : lisez les messages ci-dessus."
        processus.relances.append(maintenant)
        processus.arreter(0)
        processus.demarrer()
        dire(f"Le processus « {processus.nom} » s’était arrêté, il est relancé.")
        return None

    def arreter(self) -> None:
        for processus in reversed(self.processus):
            processus.arreter()
