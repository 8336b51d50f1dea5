"""Sow 35,000 dossiers of three readings each in a database of its own, and print what the pages cost."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from candidatures.pilotage.mesures.releve import comparer, relever
from candidatures.pilotage.mesures.semis import preparer, semer


class Command(BaseCommand):
    help = "Mesure les pages à 1 000 et à 35 000 dossiers, dans une base à part, et imprime des rapports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--petite", type=int, default=1_000)
        parser.add_argument("--grande", type=int, default=35_000)

    def handle(self, *args: Any, petite: int, grande: int, **options: Any) -> None:
        ancien_nom = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(
                ROOT_URLCONF="candidatures.pilotage.mesures.vides",
                CELERY_TASK_ALWAYS_EAGER=True,
                MODE_DEMONSTRATION=True,
                EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
                ALLOWED_HOSTS=["testserver"],
            ):
                self._mesurer(petite, grande)
        finally:
            connection.creation.destroy_test_db(ancien_nom, verbosity=0)

    def _mesurer(self, petite: int, grande: int) -> None:
        campagne = preparer()
        releves = []
        for taille in (petite, grande):
            depart = time.monotonic()
            semer(campagne, taille)
            self.stdout.write(f"{taille} dossiers, {3 * taille} lectures : semés en {time.monotonic() - depart:.0f} s")
            releves.append(relever(campagne))
        for ligne in comparer(releves[0], releves[1], (petite, grande)):
            self.stdout.write(ligne)
