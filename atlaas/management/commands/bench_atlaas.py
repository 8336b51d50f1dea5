"""Measure the Atlaas at growing sizes, in a database of its own that is removed at the end."""

import os
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from atlaas.mesures import bilan, exports, releve, semis
from villes_internet.territoires import mesures as territoires

TAILLES = (10_000, 100_000, 1_000_000)


class Command(BaseCommand):
    help = "Mesure l’Atlaas à plusieurs tailles (recherche, carte, exports) et dit si chaque objectif est tenu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fiches", nargs="*", type=int, default=list(TAILLES))

    def handle(self, *args: Any, fiches: list[int], **options: Any) -> None:
        ancien_nom = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(CELERY_TASK_ALWAYS_EAGER=True, ALLOWED_HOSTS=["testserver"]):
                self._mesurer(sorted(fiches))
        finally:
            connection.creation.destroy_test_db(ancien_nom, verbosity=0)

    def _mesurer(self, tailles: list[int]) -> None:
        territoires.semer_le_registre()
        releves = []
        for nb in tailles:
            depart = time.monotonic()
            semis.semer_jusqu_a(nb, os.cpu_count() or 1)
            lu = releve.mesurer(nb, time.monotonic() - depart)
            releves.append(lu)
            self._ecrire(*bilan.tableau(lu))
            lu.exports = exports.mesurer()
            self._ecrire(*bilan.exports(lu), *bilan.objectifs(lu))
        self._ecrire("", *bilan.croissance(releves))

    def _ecrire(self, *lignes: object) -> None:
        for ligne in lignes:
            self.stdout.write(str(ligne))
        self.stdout.flush()
