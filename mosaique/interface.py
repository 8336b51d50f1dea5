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
from mosaique.comparaison.calculs import NB_MINIMUM
from mosaique.completude import manques
from mosaique.models import Mosaique
from mosaique.partage.actions import ouvrir
from mosaique.queries import FamilleResumee, ResumeMosaique, Tuile, contenu_fige, resume, resume_de_contenu
from mosaique.simulation import calculs as simulation
from mosaique.simulation.calculs import EnjeuFige
from mosaique.simulation.queries import enjeux_figes
from mosaique.statistiques.calculs import a_taire, parts
from mosaique.statistiques.queries import (
    TOUTES,
    Croissance,
    Distribution,
    Effectif,
    Indices,
    Perimetre,
    croissances,
    effectifs,
    indices,
    par_enjeu,
)

__all__ = [
    "NB_MINIMUM",
    "TOUTES",
    "Croissance",
    "Distribution",
    "Effectif",
    "EnjeuFige",
    "FamilleResumee",
    "Indices",
    "Mosaique",
    "Perimetre",
    "ResumeMosaique",
    "Saisie",
    "Tuile",
    "a_taire",
    "contenu_fige",
    "croissances",
    "defiger",
    "deplacer_reference",
    "effectifs",
    "enjeux_figes",
    "enregistrer_reponse",
    "enregistrer_reponses",
    "figer",
    "indice_selon",
    "indices",
    "manques",
    "ouvrir",
    "par_enjeu",
    "parts",
    "publier_partages",
    "recalculer",
    "resume",
    "resume_de_contenu",
]


def indice_selon(enjeux: Iterable[EnjeuFige], bareme: Mapping[str, Any]) -> Decimal:
    """M (0–100) that frozen answers would have had with the scale of another version (its ``bareme``)."""
    return simulation.indice_selon(enjeux, Bareme.depuis(bareme))
