"""What the products above may use of the mosaïque."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from mosaique.actions import (
    Saisie,
    defiger,
    deplacer_reference,
    enregistrer_reponse,
    enregistrer_reponses,
    figer,
    recalculer,
)
from mosaique.calculs import Bareme
from mosaique.comparaison.actions import publier_partages
from mosaique.completude import manques
from mosaique.models import Mosaique
from mosaique.partage.actions import ouvrir
from mosaique.queries import FamilleResumee, ResumeMosaique, Tuile, contenu_fige, resume, resume_de_contenu
from mosaique.simulation import calculs as simulation
from mosaique.simulation.calculs import EnjeuFige
from mosaique.simulation.queries import enjeux_figes

__all__ = [
    "EnjeuFige",
    "FamilleResumee",
    "Mosaique",
    "ResumeMosaique",
    "Saisie",
    "Tuile",
    "contenu_fige",
    "defiger",
    "deplacer_reference",
    "enjeux_figes",
    "enregistrer_reponse",
    "enregistrer_reponses",
    "figer",
    "indice_selon",
    "manques",
    "ouvrir",
    "publier_partages",
    "recalculer",
    "resume",
    "resume_de_contenu",
]


def indice_selon(enjeux: Iterable[EnjeuFige], bareme: Mapping[str, Any]) -> Decimal:
    """M (0–100) that frozen answers would have had with the scale of another version (its ``bareme``)."""
    return simulation.indice_selon(enjeux, Bareme.depuis(bareme))
