"""An export of everything, through the very view, in a process of its own whose memory is watched."""

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.core.cache import cache
from django.db import connections
from django.test import Client

from atlaas.donnees.exports import FORMATS

ETAT, EFFACER = Path("/proc/self/status"), Path("/proc/self/clear_refs")
PREMIERS = 200  # pieces, of 500 fiches, after which memory is looked at: what a process takes once is taken


@dataclass(frozen=True, slots=True)
class Export:
    """``memoire``: bytes that the process took at its peak, beyond what it had after the first pieces."""

    extension: str
    lignes: int
    octets: int
    duree: float
    memoire: int


def mesurer(*, a_part: bool = True) -> list[Export]:
    """The three forms; ``a_part``, at the same time, each in a child whose peak of memory is its own.

    A child sees only what is committed.
    """
    if not a_part:
        return [exporter(extension) for extension in FORMATS]
    connections.close_all()
    enfants = [_lancer(extension) for extension in FORMATS]
    lus: list[Export] = [tuyau.recv() for _, tuyau in enfants]
    for enfant, _ in enfants:
        enfant.join()
    return lus


def _lancer(extension: str) -> tuple[BaseProcess, Connection]:
    recoit, envoie = multiprocessing.Pipe(duplex=False)
    enfant = multiprocessing.get_context("fork").Process(target=_envoyer, args=(envoie, extension))
    enfant.start()
    envoie.close()
    return enfant, recoit


def _envoyer(tuyau: Connection, extension: str) -> None:
    try:
        tuyau.send(exporter(extension))
    finally:
        connections.close_all()


def exporter(extension: str) -> Export:
    """Read the whole answer as a visitor's machine would, keeping nothing of it."""
    cache.clear()  # a few exports an hour are allowed
    depart = time.perf_counter()
    reponse = Client().get(f"/atlaas/donnees/fiches.{extension}")
    octets = lignes = avant = 0
    for rang, morceau in enumerate(reponse):
        octets += len(morceau)
        lignes += morceau.count(b"\n")
        if rang <= PREMIERS:
            EFFACER.write_text("5")  # the peak is counted from here
            avant = _memoire("VmRSS")
    return Export(extension, lignes, octets, time.perf_counter() - depart, max(0, _memoire("VmHWM") - avant))


def _memoire(nom: str) -> int:
    """Bytes: VmRSS, what the process holds; VmHWM, the most that it held."""
    ligne = next(ligne for ligne in ETAT.read_text().splitlines() if ligne.startswith(nom))
    return int(ligne.split()[1]) * 1024
