"""Build the demonstration: people, fiches, two past campaigns with results, one open campaign."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from candidatures.models import Campagne
from candidatures.pilotage.demonstration.comptes import COMPTES
from candidatures.pilotage.demonstration.scenario import RegistreAbsent, peupler


class Command(BaseCommand):
    help = "Construit la campagne de démonstration à partir du registre, par les actions de l’application."

    def handle(self, *args: Any, **options: Any) -> None:
        if Campagne.objects.exists():
            self.stdout.write("La démonstration est déjà là : rien n’a changé.")
            return
        depart = time.monotonic()
        try:
            bilan = peupler(self.stdout.write)
        except RegistreAbsent as absence:
            raise CommandError(str(absence)) from absence
        self.stdout.write(
            f"{bilan.collectivites} collectivités, {bilan.fiches} fiches, {bilan.dossiers} dossiers, "
            f"{bilan.resultats} résultats, en {time.monotonic() - depart:.0f} s."
        )
        for role, courriel, mot_de_passe in COMPTES:
            self.stdout.write(f"  {role} : {courriel} / {mot_de_passe}")
