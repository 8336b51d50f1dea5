from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from villes_internet.referentiel import actions
from villes_internet.referentiel.echanges import fichier
from villes_internet.referentiel.echanges.schema import FichierRefuse
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.transitions import TransitionRefusee


class Command(BaseCommand):
    help = (
        "Load a version of the référentiel: one shipped with the application, by its code, which is then published "
        "(safe to run twice), or a JSON or XLSX file, which stays a draft unless --publier."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", default="2027", help="code of a shipped version, or path of a file")
        parser.add_argument("--brouillon", action="store_true", help="load a shipped version without publishing it")
        parser.add_argument(
            "--histoire", action="store_true", help="then load the generations of themes since 2004 and what links them"
        )
        parser.add_argument("--publier", action="store_true", help="publish the version of a file at once")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Path(options["source"])
        try:
            if source.suffix.lower() in {".json", ".xlsx"}:
                version = self._depuis_un_fichier(source)
                a_publier = options["publier"]
            else:
                version = self._livree(options["source"])
                a_publier = not options["brouillon"]
            if a_publier and version.etat == EtatVersion.BROUILLON:
                actions.publier(version, par=None, a=timezone.now())
        except FichierRefuse as refus:
            raise CommandError("Rien n’a changé :\n" + "\n".join(f"- {faute}" for faute in refus.fautes)) from refus
        except TransitionRefusee as refus:
            raise CommandError(str(refus)) from refus
        self._dire(version)
        if options["histoire"]:
            for ancienne in actions.charger_l_histoire(par=None, a=timezone.now()):
                self._dire(ancienne)

    def _dire(self, version: Version) -> None:
        enjeux = arbre(version).enjeux
        nb_services = sum(len(enjeu.services) for enjeu in enjeux)
        self.stdout.write(f"{version} : {len(enjeux)} enjeux, {nb_services} services, {version.get_etat_display()}.")

    def _depuis_un_fichier(self, source: Path) -> Version:
        if not source.is_file():
            raise CommandError(f"Le fichier « {source} » n’existe pas.")
        return actions.importer(fichier.lire(source.read_bytes(), source.name))

    def _livree(self, code: str) -> Version:
        version = Version.objects.filter(code=code).first()
        if version is not None:
            return version
        try:
            return actions.importer_version(actions.charger_donnees(code))
        except FileNotFoundError:
            raise CommandError(f"Aucun référentiel « {code} » n’est livré avec l’application.") from None
