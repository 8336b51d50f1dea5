"""Frozen answers, by mosaïque, for what would be computed otherwise."""

from collections import defaultdict
from collections.abc import Collection

from mosaique.models import ReponseEnjeu
from mosaique.simulation.calculs import EnjeuFige


def enjeux_figes(cles: Collection[int]) -> dict[int, list[EnjeuFige]]:
    """{mosaïque key: its frozen answers}; one query."""
    trouves: dict[int, list[EnjeuFige]] = defaultdict(list)
    lignes = (
        ReponseEnjeu.objects.filter(mosaique__in=cles, mosaique__est_figee=True)
        .order_by("mosaique", "enjeu__position")
        .values_list("mosaique", "enjeu__famille__est_transversale", "niveau_etaye", "couverture", "retenus")
    )
    for mosaique, est_transversal, niveau, part, retenus in lignes:
        trouves[mosaique].append(EnjeuFige(est_transversal, niveau, part, retenus))
    return trouves
