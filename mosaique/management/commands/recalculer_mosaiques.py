"""Recompute the open mosaïques now, on several cores; the same batch as the nightly task, which it may share."""

import gc
import multiprocessing
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from mosaique.models import Recalcul
from mosaique.recalcul.actions import TAILLE_BLOC, annees_en_cours, avancer, demander, restantes


def travailler(recalcul: Recalcul, taille: int) -> None:
    """Alone in its process: the collector, which would walk the rows of a block again and again, passes between two."""
    gc.freeze()
    gc.disable()
    while avancer(recalcul, taille):
        gc.collect()


class Command(BaseCommand):
    help = "Recalcule les mosaïques ouvertes ; interrompue, la commande se relance et finit le travail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("annees", nargs="*", type=int, help="par défaut, celles dont la clôture est à venir")
        parser.add_argument("--processus", type=int, default=2)
        parser.add_argument("--bloc", type=int, default=TAILLE_BLOC, help="mosaïques par transaction")

    def handle(self, *args: Any, annees: list[int], processus: int, bloc: int, **options: Any) -> None:
        for annee in annees or annees_en_cours():
            recalcul = demander(annee)
            nb, depart = restantes(recalcul).count(), time.monotonic()
            self.stdout.write(f"Mosaïques {annee} : {nb} à recalculer")
            self._partager(recalcul, processus, bloc)
            self.stdout.write(f"Mosaïques {annee} : recalculées en {time.monotonic() - depart:.1f} s")

    def _partager(self, recalcul: Recalcul, processus: int, bloc: int) -> None:
        """A fork inherits the settings, never a connection."""
        connections.close_all()
        contexte = multiprocessing.get_context("fork")
        enfants = [contexte.Process(target=travailler, args=(recalcul, bloc)) for _ in range(processus)]
        for enfant in enfants:
            enfant.start()
        for enfant in enfants:
            enfant.join()
        if any(enfant.exitcode for enfant in enfants):
            raise CommandError("Le recalcul s’est interrompu : relancez la commande, elle reprendra où elle en est.")
