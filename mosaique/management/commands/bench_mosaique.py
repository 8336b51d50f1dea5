"""Measure the mosaïque in a database of its own; each section is a function of ``mosaique.mesures``."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from mosaique.mesures import comparaison, lot, page
from villes_internet.territoires import mesures as territoires

SECTIONS = {"page": page.mesurer, "calcul": lot.mesurer, "comparaison": comparaison.mesurer}


class Command(BaseCommand):
    help = "Mesure la mosaïque dans une base à part et imprime durées et rapports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sections", nargs="*", choices=list(SECTIONS), default=list(SECTIONS))
        parser.add_argument("--communes", type=int, default=territoires.COMMUNES)

    def handle(self, *args: Any, sections: list[str], communes: int, **options: Any) -> None:
        depart = time.monotonic()
        ancien_nom = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(CELERY_TASK_ALWAYS_EAGER=True):
                territoires.semer_le_registre(communes)
                for nom in sections:
                    for ligne in SECTIONS[nom](communes):
                        self.stdout.write(ligne)
        finally:
            connection.creation.destroy_test_db(ancien_nom, verbosity=0)
        self.stdout.write(f"Mesuré en {time.monotonic() - depart:.0f} s")
