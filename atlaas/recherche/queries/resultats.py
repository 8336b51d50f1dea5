"""A page of results by its place in the order, never by its number: the thousandth costs what the first costs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Exp
from django.utils import timezone

from atlaas.models import Action, Entree
from atlaas.queries import dans_l_ordre
from atlaas.recherche.calculs import qualite_du_jour
from atlaas.recherche.queries.criteres import Criteres, entrees, requete_de, sans_les_exclus
from atlaas.recherche.queries.echantillons import lire, par_tranches, previsions

PAR_PAGE = 24
CLASSEES = 1_000  # of those that answer, the freshest and best documented are ranked by their words, the rest follow
EXPRESSIONS = 50  # of those that bear words side by side, which are long to tell: once so many are found, no more
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
class Lot:
    """Rows that answer, and about how many they are."""

    lignes: QuerySet[Entree]
    environ: int


@dataclass(frozen=True, slots=True)
class Places:
    """Keys of fiches in order, and the cursors of the pages around ("" at an end)."""

    cles: tuple[int, ...]
    avant: str = ""
    apres: str = ""


@dataclass(frozen=True, slots=True)
class Feuille:
    """The same with what the cards show."""

    fiches: tuple[Action, ...]
    avant: str = ""
    apres: str = ""

    @classmethod
    def de(cls, lues: Places) -> "Feuille":
        """One query."""
        return cls(dans_l_ordre(lues.cles), lues.avant, lues.apres)


def feuille(
    criteres: Criteres,
    cles: Mapping[str, int],
    *,
    apres: str = "",
    avant: str = "",
    nb: int = PAR_PAGE,
    environ: int | None = None,
) -> Feuille:
    """One page with its cards. Raises ``CurseurInvalide``."""
    return Feuille.de(places(criteres, cles, apres=apres, avant=avant, nb=nb, environ=environ))


def places(
    criteres: Criteres,
    cles: Mapping[str, int],
    *,
    apres: str = "",
    avant: str = "",
    nb: int = PAR_PAGE,
    environ: int | None = None,
) -> Places:
    """One page. ``environ``: about how many rows answer, where that is known. Raises ``CurseurInvalide``."""
    curseur, a_rebours = Curseur.lire(avant or apres), bool(avant)
    ordre = curseur.ordre if curseur else "m" if criteres.q else "p" if criteres.lieu else "q"
    lignes = entrees(criteres, cles)
    if environ is None and not criteres.est_vide:
        (environ,) = previsions([entrees(criteres, cles, a_prevoir=True)])
    lot = Lot(lignes, environ or 0)
    if criteres.q and (ordre == "m" or (ordre == "q" and a_rebours)):
        return _places_classees(lot, criteres.q, curseur, a_rebours, nb)
    if ordre == "p" and criteres.lieu:
        return _places_proches(criteres, cles, lot, curseur, a_rebours, nb)
    return places_par_qualite(lot, curseur, a_rebours, nb)


def places_par_qualite(lot: Lot, curseur: Curseur | None, a_rebours: bool, nb: int) -> Places:
    """Fresh and replicable first."""
    lues = [(qualite, cle) for qualite, cle in _par_qualite(lot, curseur, a_rebours, nb + 1)]
    return _couper("q", lues, curseur, a_rebours, nb)


def _par_qualite(lot: Lot, curseur: Curseur | None, a_rebours: bool, nb: int) -> list[tuple[int, int]]:
    """[(quality, key)], beyond the place, the nearest first."""
    lignes = lot.lignes
    if not lignes.query.has_filters():  # the index of quality answers alone
        return list(_ranger(lignes.annotate(rang=F("qualite")), curseur, a_rebours)[:nb])
    depuis = curseur.rang if curseur else None
    tranches = par_tranches(lignes, depuis=depuis, environ=lot.environ, voulues=4 * nb, montantes=a_rebours)
    # Not the index of quality: it would be read to its end where few rows answer.
    rangees = (_ranger(t.annotate(rang=F("qualite") + Value(0)), curseur, a_rebours) for t in tranches)
    return lire(rangees, nb)[0]


def _ranger(lignes: QuerySet[Any], curseur: Curseur | None, a_rebours: bool) -> QuerySet[Any]:
    if curseur:
        lignes = lignes.filter(_au_dela(curseur, a_rebours))
    ordre = ("rang", "pk") if a_rebours else ("-rang", "-pk")
    return lignes.order_by(*ordre).values_list("rang", "pk")


def _places_proches(
    criteres: Criteres, cles: Mapping[str, int], lot: Lot, curseur: Curseur | None, a_rebours: bool, nb: int
) -> Places:
    """The nearest first: a small circle is looked at, then larger ones, as far as was asked."""
    lieu = criteres.lieu
    assert lieu is not None
    depuis = -curseur.rang / 1000 if curseur else 0.0
    part = min(1.0, 4 * nb / max(1, lot.environ))
    rayon = depuis + 0.01 if a_rebours else math.sqrt(depuis**2 + part * lieu.rayon**2)
    while True:
        cercle = replace(lieu, rayon=min(rayon, lieu.rayon))
        lignes = entrees(replace(criteres, lieu=cercle), cles)
        rangees = lignes.annotate(rang=Cast(F("distance") * Value(-1000.0), BigIntegerField()))
        lues = list(_ranger(rangees, curseur, a_rebours)[: nb + 1])
        if a_rebours or len(lues) > nb or rayon >= lieu.rayon:
            return _couper("p", lues, curseur, a_rebours, nb)
        rayon *= 2


def _couper(ordre: str, lues: list[tuple[int, int]], curseur: Curseur | None, a_rebours: bool, nb: int) -> Places:
    """The page of one row more than a page."""
    encore, lues = len(lues) > nb, lues[:nb]
    if a_rebours:
        lues.reverse()
    places = [Curseur(ordre, *ligne) for ligne in lues]
    return _composer(places, avant=encore if a_rebours else bool(curseur), apres=encore or a_rebours)


def _composer(places: Sequence[Curseur], *, avant: bool, apres: bool, suite: str = "") -> Places:
    if not places:
        return Places(())
    cles = tuple(place.cle for place in places)
    return Places(cles, str(places[0]) if avant else "", str(places[-1]) if apres else suite)


def _places_classees(lot: Lot, q: str, curseur: Curseur | None, a_rebours: bool, nb: int) -> Places:
    """The freshest and best documented ranked by their words, cut here: a rank is computed once for each.

    After the last of them come, by quality, those that were too many to be ranked. Backward from these, the page is
    filled with the last of the ranked ones.
    """
    classees, seuil = _classees(lot, q)
    place = (curseur.rang, curseur.cle) if curseur else None
    if curseur and curseur.ordre == "q":
        assert a_rebours
        au_dessus = _par_qualite(lot, curseur, True, nb + 1)
        entre = [Curseur("q", *ligne) for ligne in reversed(au_dessus) if seuil and ligne < seuil]
        jusque_la = [*classees, *entre]
        return _composer(jusque_la[-nb:], avant=len(jusque_la) > nb, apres=True)
    rangs = [(c.rang, c.cle) for c in classees]
    if place and a_rebours:
        fin = sum(rang > place for rang in rangs)
        debut = max(0, fin - nb)
    else:
        debut = sum(rang >= place for rang in rangs) if place else 0
        fin = debut + nb
    suite = str(Curseur("q", *seuil)) if seuil else ""
    return _composer(classees[debut:fin], avant=debut > 0, apres=fin < len(classees), suite=suite)


def _classees(lot: Lot, q: str) -> tuple[list[Curseur], tuple[int, int] | None]:
    """The ranked rows in order, and the last of them by (quality, key) where others follow."""
    est_une_expression = '"' in q  # each row that bears its words is read, to see them together
    environ = max(lot.environ, *previsions([lot.lignes])) if est_une_expression else lot.environ
    tranches = par_tranches(lot.lignes, depuis=None, environ=environ, voulues=CLASSEES)
    rangees = (
        tranche.annotate(rang=_rang(q), ordre=F("qualite") + Value(0))
        .order_by("-ordre", "-pk")
        .values_list("rang", "pk", "qualite")
        for tranche in tranches
    )
    lues, suite = lire(rangees, CLASSEES, assez=EXPRESSIONS if est_une_expression else 0)
    classees = sorted((Curseur("m", rang, cle) for rang, cle, _ in lues), key=lambda c: (-c.rang, -c.cle))
    return classees, (lues[-1][2], lues[-1][1]) if suite and lues else None


def _rang(q: str) -> Cast:
    """The words weigh most (title, services, summary, description); freshness moves a rank by a third at most."""
    milieu = Value(qualite_du_jour(timezone.localdate()))
    fraicheur = Value(1.0) / (Value(1.0) + Exp((milieu - F("qualite")) / Value(PENTE)))
    mots = SearchRank(F("recherche"), requete_de(sans_les_exclus(q) or q), weights=POIDS)
    return Cast(mots * (Value(0.6) + Value(0.8) * fraicheur) * Value(1e9), BigIntegerField())


def _au_dela(curseur: Curseur, a_rebours: bool) -> Q:
    """Beyond the place, said so that the index is read from there."""
    if a_rebours:
        return Q(rang__gte=curseur.rang) & (Q(rang__gt=curseur.rang) | Q(pk__gt=curseur.cle))
    return Q(rang__lte=curseur.rang) & (Q(rang__lt=curseur.rang) | Q(pk__lt=curseur.cle))
