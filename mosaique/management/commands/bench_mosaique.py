"""Measure the mosaïque in a database of its own; each section is a function of ``mosaique.mesures``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from mosaique.mesures import comparaison

SECTIONS = {"comparaison": comparaison.mesurer}


class Command(BaseCommand):
    help = "Mesure la mosaïque dans une base à part et imprime durées et rapports."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sections", nargs="*", choices=list(SECTIONS), default=list(SECTIONS))

    def handle(self, *args: Any, sections: list[str], **options: Any) -> None:
        for nom in sections:
            self._dans_une_base_a_part(nom)

    def _dans_une_base_a_part(self, nom: str) -> None:
        ancien_nom = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with override_settings(CELERY_TASK_ALWAYS_EAGER=True):
                for ligne in SECTIONS[nom]():
                    self.stdout.write(ligne)
        finally:
            connection.creation.destroy_test_db(ancien_nom, verbosity=0)
