from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from villes_internet.referentiel.echanges import fichier
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import exporter


class Command(BaseCommand):
    help = "Write a version of the référentiel as JSON (on the standard output, unless --sortie) or as a workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--format", choices=sorted(fichier.TYPES_MIME), default="json")
        parser.add_argument("--sortie", type=Path, help="path of the file to write; wanted for a workbook")

    def handle(self, *args: Any, **options: Any) -> None:
        version = Version.objects.filter(code=options["code"]).first()
        if version is None:
            raise CommandError(f"La version « {options['code']} » n’existe pas.")
        contenu, sortie = fichier.ecrire(exporter(version), options["format"]), options["sortie"]
        if sortie is not None:
            sortie.write_bytes(contenu)
            self.stdout.write(f"{version} : {sortie}")
        elif options["format"] == "xlsx":
            raise CommandError("Un classeur s’écrit dans un fichier : ajoutez --sortie chemin.xlsx.")
        else:
            self.stdout.write(contenu.decode(), ending="")
