"""Optimistic versions: a stale save is never silent. Both versions are shown, field by field, and a person chooses."""

from dataclasses import dataclass
from typing import Any


class VersionPerimee(Exception):
    """Somebody saved since the form was opened; ``actuel`` is the object as it stands in the database."""

    def __init__(self, actuel: Any) -> None:
        super().__init__("Quelqu’un a enregistré une autre version pendant votre saisie.")
        self.actuel = actuel


@dataclass(frozen=True, slots=True)
class Valeur:
    """One proposed value of a field: ``brute`` goes back into the form, ``affichee`` is read by the person."""

    brute: str
    affichee: str


@dataclass(frozen=True, slots=True)
class Divergence:
    """A field on which the two versions differ."""

    nom: str
    libelle: str
    mienne: Valeur
    autre: Valeur
    titre_mienne: str = "Ma saisie"
    titre_autre: str = "Déjà enregistré"
