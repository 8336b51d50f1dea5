"""``manage.py importer_territoires``: load or refresh the registry of collectivités."""

import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from villes_internet.socle.templatetags.typographie import nombre
from villes_internet.territoires import actions
from villes_internet.territoires.calculs import DonneeInvalide, Ligne
from villes_internet.territoires.models import Precision

PLURIELS = {
    "commune": "communes",
    "commune_deleguee": "communes déléguées",
    "commune_associee": "communes associées",
    "arrondissement": "arrondissements municipaux",
    "epci": "EPCI",
    "ept": "établissements publics territoriaux",
}


class Command(BaseCommand):
    help = "Charge le registre des collectivités (code officiel géographique) ; sans effet s’il est déjà à jour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dossier", type=Path, default=settings.BASE_DIR / "node_modules", help="dossier des paquets npm"
        )

    def handle(self, *args: Any, dossier: Path, verbosity: int = 1, **options: Any) -> None:
        debut = time.monotonic()
        if verbosity:
            self.stdout.write("Lecture et contrôle du registre…")
        try:
            registre = actions.lire(dossier)
        except DonneeInvalide as erreur:
            raise CommandError(f"{erreur} Rien n’a été changé.") from None
        with tqdm(
            total=len(registre.lignes), desc="Collectivités", unit=" lignes", disable=not verbosity, leave=False
        ) as barre:
            bilan = actions.importer(registre, avancer=barre.update)
        if verbosity:
            self._rendre_compte(bilan, time.monotonic() - debut)

    def _rendre_compte(self, bilan: actions.Bilan, duree: float) -> None:
        registre = bilan.registre
        ecrire = self.stdout.write
        ecrire(f"Registre {registre.annee} :")
        nombres = Counter(ligne.type for ligne in registre.lignes)
        for type_, pluriel in PLURIELS.items():
            ecrire(f"  {nombre(nombres[type_]):>7} {pluriel}")
        ecrire(f"  {nombre(len(registre.departements)):>7} départements et territoires")
        ecrire(f"  {nombre(len(registre.regions)):>7} régions et territoires")
        ecrire(f"  {nombre(len(registre.appartenances)):>7} appartenances à une intercommunalité")
        self._points("Points des communes", registre.communes)
        self._points("Points des parties de communes", registre.parties)
        if bilan.sans_changement:
            ecrire(self.style.SUCCESS(f"Aucun changement : le registre était déjà à jour ({duree:.1f} s)."))
            return
        ecrire(
            self.style.SUCCESS(
                f"{nombre(bilan.creees)} créées, {nombre(bilan.modifiees)} modifiées, "
                f"{nombre(bilan.inchangees)} inchangées, {nombre(bilan.a_confirmer)} disparues et à confirmer ; "
                f"appartenances : {nombre(bilan.appartenances_ajoutees)} ajoutées, "
                f"{nombre(bilan.appartenances_retirees)} retirées ({duree:.1f} s)."
            )
        )

    def _points(self, titre: str, lignes: list[Ligne]) -> None:
        nombres = Counter(ligne.precision for ligne in lignes)
        self.stdout.write(f"{titre} :")
        for precision in [*Precision, ""]:
            if n := nombres[precision]:
                libelle = Precision(precision).label if precision else "sans point"
                self.stdout.write(f"  {nombre(n):>7} ({nombre(100 * n / len(lignes), 1):>4} %) {libelle}")
