"""Pure functions of the registry: names, records, points. No Django here."""

from villes_internet.territoires.calculs.noms import de, lire_recherche, normaliser
from villes_internet.territoires.calculs.points import placer
from villes_internet.territoires.calculs.registre import DonneeInvalide, Ligne, Registre, lire_json, lire_registre

__all__ = [
    "DonneeInvalide",
    "Ligne",
    "Registre",
    "de",
    "lire_json",
    "lire_recherche",
    "lire_registre",
    "normaliser",
    "placer",
]
