"""A page of results by its place in the order, never by its number: the thousandth costs what the first costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Exp
from django.utils import timezone

from atlaas.models import Action, Entree
from atlaas.queries import dans_l_ordre
from atlaas.recherche.queries.criteres import Criteres, entrees, requete_de, sans_les_exclus

PAR_PAGE = 24
CLASSEES = 1_000  # of those that answer, the freshest and best documented are ranked by their words, the rest follow
POIDS = [0.03, 0.12, 0.4, 1.0]  # from D to A: description, summary, services, title
PENTE = 730.0  # days of quality between what is fresh and what is not


class CurseurInvalide(ValueError):
    """The address names no place of the list; the message is a French sentence."""

    def __init__(self) -> None:
        super().__init__("Cette page de la liste n’existe pas : reprenez à la première.")


@dataclass(frozen=True, slots=True)
class Curseur:
    """A place in an order: "m" by words, "q" by quality, "p" by nearness; rows go down in ``rang``, then in key."""

    ordre: str
    rang: int
    cle: int

    def __str__(self) -> str:
        return f"{self.ordre}{self.rang}_{self.cle}"

    @classmethod
    def lire(cls, texte: str) -> "Curseur | None":
        """None for ""; raises ``CurseurInvalide``."""
        if not texte:
            return None
        try:
            rang, cle = map(int, texte[1:].split("_"))
        except ValueError as erreur:
            raise CurseurInvalide from erreur
        if texte[0] not in "mqp" or not (abs(rang) < 2**62 and 0 <= cle < 2**62):
            raise CurseurInvalide
        return cls(texte[0], rang, cle)


@dataclass(frozen=True, slots=True)
class Feuille:
    """Fiches in order, and the cursors of the pages around ("" at an end)."""

    fiches: tuple[Action, ...]
    avant: str = ""
    apres: str = ""


def feuille(
    criteres: Criteres, cles: Mapping[str, int], *, apres: str = "", avant: str = "", nb: int = PAR_PAGE
) -> Feuille:
    """One page; a query, then those of the cards. Raises ``CurseurInvalide``."""
    curseur, a_rebours = Curseur.lire(avant or apres), bool(avant)
    ordre = curseur.ordre if curseur else "m" if criteres.q else "p" if criteres.lieu else "q"
    lignes = entrees(criteres, cles)
    if ordre == "m" and criteres.q:
        return _feuille_classee(lignes, criteres.q, curseur, a_rebours, nb)
    rangees: QuerySet[Any] = lignes.annotate(rang=F("qualite"))
    if ordre == "p" and criteres.lieu:
        rangees = lignes.annotate(rang=Cast(F("distance") * Value(-1000.0), BigIntegerField()))
    if curseur:
        rangees = rangees.filter(_au_dela(curseur, a_rebours))
    tri = ("rang", "pk") if a_rebours else ("-rang", "-pk")
    lues = list(rangees.order_by(*tri).values_list("rang", "pk")[: nb + 1])
    encore, lues = len(lues) > nb, lues[:nb]
    if a_rebours:
        lues.reverse()
    return _composer(ordre, lues, avant=encore if a_rebours else bool(curseur), apres=encore or a_rebours)


def _composer(ordre: str, lues: list[tuple[int, int]], *, avant: bool, apres: bool, suite: str = "") -> Feuille:
    if not lues:
        return Feuille(())
    debut, fin = Curseur(ordre, *lues[0]), Curseur(ordre, *lues[-1])
    return Feuille(dans_l_ordre([cle for _, cle in lues]), str(debut) if avant else "", str(fin) if apres else suite)


def _feuille_classee(lignes: QuerySet[Entree], q: str, curseur: Curseur | None, a_rebours: bool, nb: int) -> Feuille:
    """The freshest and best documented ranked by their words, cut here: a rank is computed once for each.

    After the last of them come, by quality, those that were too many to be ranked.
    """
    candidates = lignes.annotate(rang=_rang(q)).order_by("-qualite", "-pk").values_list("rang", "pk", "qualite")
    lues = list(candidates[:CLASSEES])
    classees = sorted(((rang, cle) for rang, cle, _ in lues), reverse=True)
    place = (curseur.rang, curseur.cle) if curseur else None
    if place and a_rebours:
        fin = sum(ligne > place for ligne in classees)
        debut = max(0, fin - nb)
    else:
        debut = sum(ligne >= place for ligne in classees) if place else 0
        fin = debut + nb
    suite = str(Curseur("q", lues[-1][2], lues[-1][1])) if len(lues) == CLASSEES else ""
    return _composer("m", classees[debut:fin], avant=debut > 0, apres=fin < len(classees), suite=suite)


def _rang(q: str) -> Cast:
    """The words weigh most (title, services, summary, description); freshness moves a rank by a third at most."""
    fraicheur = Value(1.0) / (Value(1.0) + Exp((Value(_qualite_du_jour()) - F("qualite")) / Value(PENTE)))
    mots = SearchRank(F("recherche"), requete_de(sans_les_exclus(q) or q), weights=POIDS)
    return Cast(mots * (Value(0.6) + Value(0.8) * fraicheur) * Value(1e9), BigIntegerField())


def _qualite_du_jour() -> int:
    """The quality that a fiche confirmed a year ago has today, as ``indexation.TEXTES`` counts it."""
    return (timezone.localdate() - date(2000, 1, 1)).days - 365


def _au_dela(curseur: Curseur, a_rebours: bool) -> Q:
    """Beyond the place, said so that the index is read from there."""
    if a_rebours:
        return Q(rang__gte=curseur.rang) & (Q(rang__gt=curseur.rang) | Q(pk__gt=curseur.cle))
    return Q(rang__lte=curseur.rang) & (Q(rang__lt=curseur.rang) | Q(pk__lt=curseur.cle))

