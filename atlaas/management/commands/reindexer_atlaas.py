"""Write the rows of the search anew: after an import of the registry, or where they have drifted."""

from typing import Any

from django.core.management.base import BaseCommand

from atlaas import indexation


class Command(BaseCommand):
    help = "Réécrit l’index de la recherche de l’Atlaas ; peut être interrompue et relancée."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{indexation.tout_reindexer()} fiches indexées")
