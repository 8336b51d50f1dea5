"""What everyone may read of a mosaïque: the supported levels of the latest deposit, no score and no comment."""

from dataclasses import dataclass

from mosaique.models import Cliche
from villes_internet.referentiel.queries import EnjeuLu, FamilleLue, arbre
from villes_internet.territoires.models import Collectivite


@dataclass(frozen=True, slots=True)
class EnjeuMontre:
    """``phrase``: the référentiel's own words for this level."""

    enjeu: EnjeuLu
    niveau: int

    @property
    def phrase(self) -> str:
        return self.enjeu.niveaux[self.niveau]


@dataclass(frozen=True, slots=True)
class MosaiqueMontree:
    millesime: int
    familles: tuple[tuple[FamilleLue, tuple[EnjeuMontre, ...]], ...]


def mosaique_montree(ville: Collectivite) -> MosaiqueMontree | None:
    """None before a first deposit; one query beyond the référentiel."""
    cliche = Cliche.objects.filter(collectivite=ville).select_related("version").order_by("-millesime").first()
    if cliche is None:
        return None
    familles = tuple(
        (famille, tuple(EnjeuMontre(e, int(cliche.niveaux.get(e.code, 0))) for e in famille.enjeux))
        for famille in arbre(cliche.version).familles
    )
    return MosaiqueMontree(cliche.millesime, familles)
