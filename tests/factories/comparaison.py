"""Builders of groups: towns whose mosaïque is frozen. The first two go through the real actions, the others have the
same rows: freezing is the subject of ``test_cliches``, groups need a number of towns."""

import itertools
from collections.abc import Iterable
from typing import Any

from mosaique import actions
from mosaique.comparaison.actions import ajouter_au_groupe
from mosaique.models import Cliche, Mosaique, ReponseEnjeu
from tests.factories import ground
from tests.factories import mosaique as fabrique
from villes_internet.territoires.models import Collectivite

_numero = itertools.count(1)


def deposee(ville: Collectivite, niveau: int | None = 1, millesime: int = 2027) -> Mosaique:
    """Frozen; A1 is declared at ``niveau`` (1 is supported without any fiche: 15 points), None: not at all."""
    mosaique = fabrique.mosaique(ville, millesime)
    if niveau is not None:
        fabrique.repondre(mosaique, "A1", niveau)
    return actions.figer(mosaique, par=None)


def villes(nb: int, *, millesime: int = 2027, **champs: Any) -> list[Collectivite]:
    """As many towns of Gironde that deposited; one in two has 15 points on A1."""
    creees = [ground.collectivite(f"Ville {n}", f"V{next(_numero):04d}", **champs) for n in range(nb)]
    for rang, modele in enumerate(creees[:2]):
        _deposer_comme(deposee(modele, rang, millesime), creees[rang + 2 :: 2])
    return creees


def _deposer_comme(modele: Mosaique, villes: Iterable[Collectivite]) -> None:
    """The rows that the same answers would have written for each town."""
    reponses, cliche = list(modele.reponses.all()), modele.cliche
    mosaiques = Mosaique.objects.bulk_create(ground.copie(modele, collectivite=ville) for ville in villes)
    ReponseEnjeu.objects.bulk_create(ground.copie(reponse, mosaique=m) for m in mosaiques for reponse in reponses)
    Cliche.objects.bulk_create(ground.copie(cliche, mosaique=m, collectivite=m.collectivite) for m in mosaiques)


def retirer(ville: Collectivite, millesime: int = 2027) -> None:
    """Its dossier is opened again: it leaves the statistics."""
    mosaique = Mosaique.objects.get(collectivite=ville, millesime=millesime)
    actions.defiger(mosaique, mosaique.date_reference, par=None)


def redeposer(ville: Collectivite, niveau: int = 1, millesime: int = 2027) -> None:
    """It comes back with other figures."""
    retirer(ville, millesime)
    mosaique = Mosaique.objects.get(collectivite=ville, millesime=millesime)
    fabrique.repondre(mosaique, "A1", niveau)
    actions.figer(mosaique, par=None)


def choisir(mosaique: Mosaique, membres: Iterable[Collectivite]) -> None:
    for membre in membres:
        ajouter_au_groupe(mosaique, membre, par=None)
