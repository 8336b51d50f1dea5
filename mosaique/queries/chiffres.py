"""The computed figures of the answers: what ``calculs`` gives from the answers and the actions of a day."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from atlaas.interface import Preuves
from atlaas.interface import preuves as preuves_de
from mosaique import calculs
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.queries.reponses import reponses_par_enjeu, statuts_declares
from villes_internet.referentiel.queries import EnjeuLu, arbre

SANS_PREUVE = Preuves()


class Chiffres(NamedTuple):
    """What an answer is worth: the fields of ``ReponseEnjeu`` that are computed."""

    niveau_etaye: int
    retenus: dict[str, str]
    couverture: Decimal
    score: Decimal
    nb_actions: int
    nb_en_place: int
    nb_concernes: int


CHIFFRES = list(Chiffres._fields)


def est_renseignee(niveau: int | None, statuts: Mapping[str, str], *, est_a_confirmer: bool) -> bool:
    """A level, a status for each service, and nothing that waits to be confirmed."""
    return niveau is not None and not est_a_confirmer and calculs.NON_RENSEIGNE not in statuts.values()


def remplir(reponse: ReponseEnjeu, statuts: Mapping[str, str], preuves: Preuves, bareme: calculs.Bareme) -> bool:
    """``poser``, and whether one of the figures moved."""
    avant = chiffres(reponse)
    poser(reponse, statuts, preuves, bareme)
    return chiffres(reponse) != avant


def poser(reponse: ReponseEnjeu, statuts: Mapping[str, str], preuves: Preuves, bareme: calculs.Bareme) -> None:
    """Write the computed figures on the instance, without saving it."""
    for nom, valeur in chiffrer(reponse.niveau, statuts, preuves, bareme)._asdict().items():
        setattr(reponse, nom, valeur)


def chiffrer(niveau: int | None, statuts: Mapping[str, str], preuves: Preuves, bareme: calculs.Bareme) -> Chiffres:
    resultat = calculs.evaluer(niveau, statuts, preuves, bareme)
    return Chiffres(
        niveau_etaye=resultat.niveau_etaye,
        retenus=dict(resultat.statuts),
        couverture=round(resultat.couverture, 4),
        score=resultat.score,
        nb_actions=preuves.nb_actions,
        nb_en_place=resultat.nb_en_place,
        nb_concernes=resultat.nb_concernes,
    )


def chiffres(reponse: ReponseEnjeu) -> tuple[Any, ...]:
    return tuple(getattr(reponse, nom) for nom in CHIFFRES)


class Calcul(NamedTuple):
    """``deplacees``: the answers whose figures moved, unsaved; ``nb_renseignes``: of the enjeux answered."""

    deplacees: list[ReponseEnjeu]
    indice: Decimal
    nb_renseignes: int


def calculer(mosaique: Mosaique) -> Calcul:
    """The figures of today's answers and actions; two queries."""
    bareme = calculs.Bareme.depuis(mosaique.version.bareme)
    preuves = preuves_de(mosaique.collectivite, mosaique.date_reference, mosaique.version)
    return calculer_avec(reponses_par_enjeu(mosaique), arbre(mosaique.version).enjeux, preuves, bareme)


def calculer_avec(
    reponses: Mapping[int, ReponseEnjeu],
    enjeux: Iterable[EnjeuLu],
    preuves: Mapping[str, Preuves],
    bareme: calculs.Bareme,
) -> Calcul:
    """The same from what is already loaded: {enjeu key: answer}, {enjeu code: what is proved}; no query."""
    scores: list[tuple[Decimal, bool]] = []
    deplacees: list[ReponseEnjeu] = []
    nb_renseignes = 0
    for enjeu in enjeux:
        reponse = reponses.get(enjeu.pk) or ReponseEnjeu()
        statuts = statuts_declares(reponse, enjeu)
        a_bouge = remplir(reponse, statuts, preuves.get(enjeu.code, SANS_PREUVE), bareme)
        if a_bouge and reponse.pk:
            deplacees.append(reponse)
        scores.append((reponse.score, enjeu.est_transversal))
        nb_renseignes += est_renseignee(reponse.niveau, statuts, est_a_confirmer=reponse.est_a_confirmer)
    return Calcul(deplacees, calculs.indice(scores, bareme), nb_renseignes)
