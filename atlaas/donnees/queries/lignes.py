"""The rows of the public fiches, in the order of their number. Memory does not grow with how many there are."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.conf import settings

from atlaas.donnees.queries.colonnes import COLONNES, NOMS
from atlaas.models import Action
from atlaas.models.fiches import adresse_de_la_fiche
from atlaas.recherche.queries.criteres import Criteres, cles_des_choix, entrees

BLOC = 500
MASQUE = "[coordonnées retirées]"
COURRIEL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<![\d.,])(?:(?:\+|00)33\s?(?:\(0\)\s?)?|0)[1-9](?:[\s.-]?\d{2}){4}(?!\d)")
EXPRESSIONS = tuple(colonne.expression for colonne in COLONNES)
Ligne = dict[str, Any]


def blocs(criteres: Criteres) -> Iterator[list[Ligne]]:
    """Every fiche that answers, ``BLOC`` at a time; the search is run once and its keys wait at the server.

    Each block costs one query. A fiche that leaves the public pages meanwhile is left out.
    """
    cles = entrees(criteres, cles_des_choix(criteres)).order_by("pk").values_list("pk", flat=True)
    for bloc in _par_blocs(cles.iterator(chunk_size=BLOC)):
        yield lignes(bloc)


def _par_blocs(cles: Iterable[int]) -> Iterator[list[int]]:
    suite = iter(cles)
    while bloc := list(islice(suite, BLOC)):
        yield bloc


def lignes(cles: Collection[int], *, publiques: bool = True) -> list[Ligne]:
    """{column: value} for these fiches, by number; one query. Lists are lists, what is missing is None.

    ``publiques`` is lifted for a collectivité that reads its own drafts.
    """
    fiches = Action.objects.publiees() if publiques else Action.objects.all()
    lues = fiches.filter(pk__in=cles).order_by("pk").values_list(*EXPRESSIONS)
    return [_ligne(valeurs) for valeurs in lues]


def _ligne(valeurs: Iterable[Any]) -> Ligne:
    ligne = dict(zip(NOMS, valeurs, strict=True))
    ligne["url"] = settings.ADRESSE_PUBLIQUE + adresse_de_la_fiche(ligne["id"], ligne["url"])
    for colonne in COLONNES:
        valeur = ligne[colonne.nom]
        if valeur == "":
            ligne[colonne.nom] = None
        elif colonne.est_libre:
            ligne[colonne.nom] = valeur and masquer(valeur)
        elif isinstance(valeur, datetime):
            ligne[colonne.nom] = valeur.astimezone(UTC).replace(microsecond=0)
    if ligne["lien"] and COURRIEL.search(ligne["lien"]):
        ligne["lien"] = None
    return ligne


def masquer(texte: str) -> str:
    """Without e-mail addresses nor telephone numbers: they may be a person's, and a copied file is never mended."""
    if "@" in texte:
        texte = COURRIEL.sub(MASQUE, texte)
    return TELEPHONE.sub(MASQUE, texte)
