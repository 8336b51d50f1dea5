"""Measure the search of the Atlaas at growing sizes, in a database of its own."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from atlaas.mesures import releve, semis
from villes_internet.territoires import mesures as territoires

TAILLES = (10_000, 100_000, 1_000_000)


class Command(BaseCommand):
    help = "Mesure la recherche de l’Atlaas à plusieurs tailles et imprime durées et rapports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fiches", nargs="*", type=int, default=list(TAILLES))

    def handle(self, *args: Any, fiches: list[int], **options: Any) -> None:
        ancien_nom = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(CELERY_TASK_ALWAYS_EAGER=True, ALLOWED_HOSTS=["testserver"]):
                territoires.semer_le_registre()
                for nb in sorted(fiches):
                    depart = time.monotonic()
                    semis.semer_jusqu_a(nb)
                    with connection.cursor() as curseur:
                        curseur.execute("VACUUM ANALYZE atlaas_action, atlaas_entree")
                    self.stdout.write(f"{nb} fiches (semées en {time.monotonic() - depart:.0f} s)")
                    for ligne in releve.mesurer():
                        self.stdout.write(ligne)
        finally:
            connection.creation.destroy_test_db(ancien_nom, verbosity=0)
