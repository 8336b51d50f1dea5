"""Why a score is what it is, and what would change it most: pure and exact, on top of ``mosaique.calculs``.

Points are points of score (0–100) of the enjeu. They are rounded once, where they are shown: the exact parts add up
to the exact score, whose rounding ``calculs.score`` states.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mosaique.calculs import (
    NIVEAU_MAX,
    Bareme,
    Preuves,
    RegleNiveau,
    couverture,
    nb_concernes,
    niveau_etaye,
    score,
    statut_retenu,
)


@dataclass(frozen=True, slots=True)
class LigneService:
    """A service in the sum; ``valeur`` is None when it is set aside and leaves the division."""

    code: str
    declare: str
    retenu: str
    valeur: Decimal | None

    @property
    def est_abaisse(self) -> bool:
        return self.declare != self.retenu


@dataclass(frozen=True, slots=True)
class Explication:
    """The arithmetic of a score: ``points_niveau`` + ``points_couverture`` = the exact score, rounded in ``score``."""

    niveau: int | None
    niveau_etaye: int
    lignes: tuple[LigneService, ...]
    somme: Decimal
    nb_concernes: int
    couverture: Decimal
    points_niveau: Decimal
    points_couverture: Decimal
    score: Decimal


def expliquer(
    niveau: int | None, etaye: int, declares: Mapping[str, str], retenus: Mapping[str, str], bareme: Bareme
) -> Explication:
    """``declares`` and ``retenus``: {service code: status} with every service; ``etaye``: the supported level."""
    lignes = tuple(
        LigneService(code, declare, retenus[code], bareme.valeurs[retenus[code]]) for code, declare in declares.items()
    )
    part = couverture(retenus.values(), bareme)
    return Explication(
        niveau=niveau,
        niveau_etaye=etaye,
        lignes=lignes,
        somme=sum((ligne.valeur or Decimal(0) for ligne in lignes), Decimal(0)),
        nb_concernes=nb_concernes(retenus.values(), bareme),
        couverture=part,
        points_niveau=100 * bareme.poids_niveau * etaye / NIVEAU_MAX,
        points_couverture=100 * bareme.poids_couverture * part,
        score=score(etaye, part, bareme),
    )


class Genre(StrEnum):
    """What a town would do: raise its level, support the one it declares, open a service, show that it works."""

    NIVEAU = "niveau"
    ETAYER = "etayer"
    SERVICE = "service"
    PREUVE = "preuve"


@dataclass(frozen=True, slots=True)
class Piste:
    """One change and what it brings. ``service``: "" for a level. ``vers``: the status or the level aimed at;
    ``regles``: what the actions must still show for it; ``exige``: "action" or "evaluation" for a service."""

    genre: Genre
    service: str
    vers: str
    gain: Decimal
    regles: tuple[RegleNiveau, ...] = ()
    exige: str = ""


def pistes(niveau: int | None, statuts: Mapping[str, str], preuves: Preuves, bareme: Bareme) -> list[Piste]:
    """What would raise the score of an enjeu, most first; ``statuts``: {service code: declared status}.

    Each is counted alone, from where the town stands; the sums are not those of several at once.
    """
    retenus = {code: statut_retenu(statut, code, preuves, bareme) for code, statut in statuts.items()}
    trouvees = [
        *_pistes_de_niveau(niveau or 0, preuves, bareme),
        *(p for code, statut in statuts.items() if (p := _piste_de_service(code, statut, retenus, bareme))),
    ]
    return sorted((p for p in trouvees if p.gain > 0), key=lambda p: (-p.gain, p.service))


def _pistes_de_niveau(niveau: int, preuves: Preuves, bareme: Bareme) -> Iterable[Piste]:
    etaye = niveau_etaye(niveau, preuves, bareme)
    vise, genre = (niveau, Genre.ETAYER) if etaye < niveau else (niveau + 1, Genre.NIVEAU)
    if vise <= NIVEAU_MAX:
        gain = 100 * bareme.poids_niveau * (vise - etaye) / NIVEAU_MAX
        manquantes = tuple(r for r in bareme.regles if r.niveau <= vise and not r.tient(preuves))
        yield Piste(genre, "", str(vise), gain, regles=manquantes)


def _piste_de_service(code: str, declare: str, retenus: Mapping[str, str], bareme: Bareme) -> Piste | None:
    """The next status worth aiming at: the declared one when its proof is missing, else the next one that is proved."""
    actuel = bareme.valeurs[retenus[code]]
    if actuel is None:
        return None
    if declare != retenus[code]:
        vise, genre = declare, Genre.PREUVE
    else:
        suivants = [s for s in bareme.exigences if (bareme.valeurs[s] or Decimal(0)) > actuel]
        if not suivants:
            return None
        vise, genre = min(suivants, key=lambda s: bareme.valeurs[s] or Decimal(0)), Genre.SERVICE
    apres = couverture({**retenus, code: vise}.values(), bareme)
    gain = 100 * bareme.poids_couverture * (apres - couverture(retenus.values(), bareme))
    return Piste(genre, code, vise, gain, exige=bareme.exigences.get(vise, ""))


def part_dans_l_indice(est_transversal: bool, nb_enjeux: int, nb_transversaux: int, bareme: Bareme) -> Decimal:
    """What a point of score of one enjeu is worth in the index M, when both groups have enjeux."""
    if est_transversal:
        return bareme.poids_transversal / nb_transversaux
    return bareme.poids_enjeux / nb_enjeux
