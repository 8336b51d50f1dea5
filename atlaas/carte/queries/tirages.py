"""The rows that a picture is drawn from: all of them while they are few, else a fair sample."""

from dataclasses import dataclass

from django.db.models import QuerySet

from atlaas.carte.calculs import Boite
from atlaas.models import Entree
from atlaas.models.recherche import ECHANTILLONS
from atlaas.recherche.queries.echantillons import arrondi, echantillon, niveau, previsions

EXACT_JUSQU_A = 10_000  # rows that are read one by one, in the index of the squares
ECHANTILLON = 5_000  # rows that one hopes to draw when there are more
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
        return nb if self.est_exact else arrondi(nb * self.facteur)


def dans(lignes: QuerySet[Entree], boite: Boite) -> QuerySet[Entree]:
    """The rows in a box; its squares first, which an index answers along with words and choices."""
    if carreaux := boite.reperes:
        lignes = lignes.filter(reperes__overlap=carreaux)
    return _au_plus_juste(lignes, boite)


def _au_plus_juste(lignes: QuerySet[Entree], boite: Boite) -> QuerySet[Entree]:
    x0, y0, x1, y1 = boite.unites
    return lignes.filter(abscisse__range=(x0, x1), ordonnee__range=(y0, y1))


def prevoir(boite: Boite) -> int:
    """About how many rows in a box: a millisecond, the planner knows how full each square is.

    A box too large for its squares counts for everything: what it would leave out is not worth reading the whole table.
    """
    if carreaux := boite.carreaux:
        return int(previsions([Entree.objects.filter(carreau__in=carreaux)])[0] * boite.part_des_carreaux)
    return previsions([Entree.objects.all()])[0]


def tirer(lignes: QuerySet[Entree], boite: Boite) -> Tirage:
    """Of the rows in a box. Where the squares' own index does not answer, a sample says first how many they are."""
    dans_la_boite = prevoir(boite)
    if not lignes.query.has_filters():
        return _tirer_parmi_toutes(lignes, boite, dans_la_boite)
    retenues, exact = dans(lignes, boite), EXACT_JUSQU_A // DEMANDE
    au_plus = min(dans_la_boite, *previsions([lignes]))
    tire = niveau(au_plus, ECHANTILLON // DEMANDE) if au_plus > exact else 0
    tirees = echantillon(retenues, tire)
    if not tire or tirees.count() * 2**tire <= exact:
        return Tirage(retenues)
    return Tirage(tirees, float(2**tire))


def _tirer_parmi_toutes(lignes: QuerySet[Entree], boite: Boite, prevues: int) -> Tirage:
    """The squares' index answers alone, draw included."""
    if carreaux := boite.carreaux:
        lignes = lignes.filter(carreau__in=carreaux)
    retenues = _au_plus_juste(lignes, boite)
    if prevues <= EXACT_JUSQU_A:
        return Tirage(retenues)
    borne = max(1, ECHANTILLONS * ECHANTILLON // prevues)
    return Tirage(retenues.filter(tirage__lt=borne), ECHANTILLONS / borne)
