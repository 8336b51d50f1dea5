"""A mosaïque at a glance, as plain values: its tiles, their families."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from mosaique import calculs
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import Personne

FLECHES = {"": "", "hausse": "↑", "baisse": "↓", "stable": "→"}
TENDANCES = {"": "–", "hausse": "en hausse", "baisse": "en baisse", "stable": "stable"}


def carres(niveau: int | None, niveau_etaye: int) -> tuple[str, ...]:
    """Four squares: full up to the supported level, half up to the declared one, empty beyond."""
    return tuple(
        "plein" if rang <= niveau_etaye else "declare" if rang <= (niveau or 0) else "creux"
        for rang in range(1, calculs.NIVEAU_MAX + 1)
    )


@dataclass(frozen=True, slots=True)
class Tuile:
    """An enjeu at a glance. ``niveau`` is declared (None: not yet), ``tendance`` "hausse", "baisse", "stable" or "".

    ``precedent``: last year's score; None when there was none, and when it was not kept (a snapshot).
    """

    code: str
    nom: str
    famille: str
    est_transversale: bool
    niveau: int | None
    niveau_libelle: str
    niveau_etaye: int
    niveau_etaye_libelle: str
    couverture: Decimal
    score: Decimal
    nb_actions: int
    nb_en_place: int
    nb_concernes: int
    est_renseigne: bool
    tendance: str
    url: str
    confie_a: Utilisateur | None = None
    demande: str = ""
    est_a_confirmer: bool = False
    precedent: Decimal | None = None

    @property
    def niveau_en_mots(self) -> str:
        """What the tile says of its level."""
        if self.niveau is None:
            return "À renseigner"
        if self.est_a_etayer:
            return f"Déclaré {self.niveau}, étayé {self.niveau_etaye}"
        return f"Niveau {self.niveau}, {self.niveau_libelle.lower()}"

    @property
    def declare_en_mots(self) -> str:
        return "à renseigner" if self.niveau is None else f"{self.niveau}, {self.niveau_libelle.lower()}"

    @property
    def etaye_en_mots(self) -> str:
        return "–" if self.niveau is None else f"{self.niveau_etaye}, {self.niveau_etaye_libelle.lower()}"

    @property
    def tendance_en_mots(self) -> str:
        return TENDANCES[self.tendance]

    @property
    def fleche(self) -> str:
        return FLECHES[self.tendance]

    @property
    def charges(self) -> list[str]:
        """What is still expected, and of whom."""
        qui = f"confié à {self.confie_a}" if self.confie_a else ""
        return [mot for mot in ("à confirmer" if self.est_a_confirmer else "", qui, self.demande) if mot]

    @property
    def est_a_etayer(self) -> bool:
        """The declared level is above what the actions support."""
        return self.niveau is not None and self.niveau > self.niveau_etaye


@dataclass(frozen=True, slots=True)
class FamilleResumee:
    code: str
    nom: str
    est_transversale: bool
    tuiles: tuple[Tuile, ...]

    @property
    def score(self) -> Decimal:
        return calculs.moyenne([tuile.score for tuile in self.tuiles])

    @property
    def precedent(self) -> Decimal | None:
        """Last year's mean, where every enjeu of the family has one."""
        connus = [tuile.precedent for tuile in self.tuiles if tuile.precedent is not None]
        return calculs.moyenne(connus) if connus and len(connus) == len(self.tuiles) else None

    @property
    def a_confirmer(self) -> list[Tuile]:
        return [tuile for tuile in self.tuiles if tuile.est_a_confirmer]


@dataclass(frozen=True, slots=True)
class ResumeMosaique:
    """A mosaïque at a date: live while open, as stored once frozen, as written in a snapshot.

    ``report``: the version that last year's scores were carried from, when it was another.
    """

    millesime: int
    indice: Decimal
    calculee_le: datetime
    nb_renseignes: int
    familles: tuple[FamilleResumee, ...]
    a_une_annee_precedente: bool
    report: str = ""

    @property
    def tuiles(self) -> tuple[Tuile, ...]:
        return tuple(tuile for famille in self.familles for tuile in famille.tuiles)

    @property
    def nb_enjeux(self) -> int:
        return len(self.tuiles)

    @property
    def nb_a_etayer(self) -> int:
        return sum(tuile.est_a_etayer for tuile in self.tuiles)

    @property
    def nb_a_confirmer(self) -> int:
        return sum(tuile.est_a_confirmer for tuile in self.tuiles)

    def confies_a(self, personne: Personne) -> "ResumeMosaique":
        """The same, with the tiles that this person is in charge of and no other."""
        familles = (replace(f, tuiles=tuple(t for t in f.tuiles if t.confie_a == personne)) for f in self.familles)
        return replace(self, familles=tuple(famille for famille in familles if famille.tuiles))
