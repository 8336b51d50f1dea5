from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from villes_internet.referentiel import actions
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre


class Command(BaseCommand):
    help = "Load a version of the référentiel shipped with the application and publish it; safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", nargs="?", default="2027")
        parser.add_argument("--brouillon", action="store_true", help="load without publishing")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["code"]
        version = Version.objects.filter(code=code).first()
        if version is None:
            try:
                donnees = actions.charger_donnees(code)
            except FileNotFoundError:
                raise CommandError(f"Aucun référentiel « {code} » n’est livré avec l’application.") from None
            version = actions.importer_version(donnees)
        if version.etat == EtatVersion.BROUILLON and not options["brouillon"]:
            actions.publier(version, par=None, a=timezone.now())
        enjeux = arbre(version).enjeux
        nb_services = sum(len(enjeu.services) for enjeu in enjeux)
        self.stdout.write(f"{version} : {len(enjeux)} enjeux, {nb_services} services, {version.get_etat_display()}.")
