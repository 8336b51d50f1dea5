"""The rows that a picture is drawn from: all of them while they are few, else a fair sample."""

import json
from dataclasses import dataclass

from django.db.models import QuerySet

from atlaas.carte.calculs import Boite
from atlaas.models import Entree
from atlaas.models.recherche import ECHANTILLONS

EXACT_JUSQU_A = 20_000  # rows that are read one by one
ECHANTILLON = 10_000  # rows that one hopes to draw when there are more
DEMANDE = 4  # so many times fewer where words or choices are asked for: each row is then fetched from its table


@dataclass(frozen=True, slots=True)
class Tirage:
    """``facteur``: how many rows each one stands for; 1 when every row is there."""

    lignes: QuerySet[Entree]
    facteur: float = 1.0

    @property
    def est_exact(self) -> bool:
        return self.facteur == 1.0

    def ajuster(self, nb: int) -> int:
        """What a count of drawn rows says of all of them; two significant figures when it is a sample's."""
        if self.est_exact:
            return nb
        valeur = nb * self.facteur
        pas: int = 10 ** max(0, len(str(int(valeur))) - 2)
        return round(valeur / pas) * pas


def dans(lignes: QuerySet[Entree], boite: Boite) -> QuerySet[Entree]:
    """The rows in a box; its squares first, which an index answers."""
    x0, y0, x1, y1 = boite.unites
    if carreaux := boite.carreaux:
        lignes = lignes.filter(carreau__in=carreaux)
    return lignes.filter(abscisse__range=(x0, x1), ordonnee__range=(y0, y1))


def prevoir(lignes: QuerySet[Entree], boite: Boite | None = None) -> int:
    """About how many rows, in a box or anywhere: a millisecond, the planner knows how full each square is.

    A box too large for its squares counts for everything: what it would leave out is not worth reading the whole table.
    """
    if boite and (carreaux := boite.carreaux):
        return int(_prevision(lignes.filter(carreau__in=carreaux)) * boite.part_des_carreaux)
    return _prevision(lignes)


def tirer(lignes: QuerySet[Entree], boite: Boite | None = None, *, exact_jusqu_a: int = EXACT_JUSQU_A) -> Tirage:
    retenues = dans(lignes, boite) if boite else lignes
    prevues = prevoir(lignes, boite)
    part = DEMANDE if lignes.query.has_filters() else 1  # what the index of the squares cannot answer alone
    if prevues <= exact_jusqu_a // part:
        return Tirage(retenues)
    borne = max(1, ECHANTILLONS * ECHANTILLON // part // prevues)
    return Tirage(retenues.filter(tirage__lt=borne), ECHANTILLONS / borne)


def _prevision(lignes: QuerySet[Entree]) -> int:
    dit = lignes.order_by().values("pk").explain(format="json")
    return int(json.loads(dit)[0]["Plan"]["Plan Rows"]) if dit else 0  # nothing is said of what cannot answer
