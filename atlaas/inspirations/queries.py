"""The chain of an idea: what a fiche was inspired by, step after step, and what it inspired."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models.expressions import RawSQL

from atlaas.models import Action
from atlaas.permissions import ecrit_pour
from villes_internet.comptes.permissions import Personne
from villes_internet.territoires.models import Collectivite

PAS = 12  # steps up and down
MAILLONS = 300
# The fiche, its sources and its suites; a step bounds the walk, were a loop ever to slip in.
_CHAINE = """
WITH RECURSIVE amont(id, source, pas) AS (
  SELECT id, inspiree_de_id, 0 FROM atlaas_action WHERE id = %s
  UNION ALL
  SELECT a.id, a.inspiree_de_id, pas + 1 FROM atlaas_action a JOIN amont ON a.id = source WHERE pas < %s
), aval(id, pas) AS (
  SELECT %s::bigint, 0
  UNION ALL
  SELECT a.id, pas + 1 FROM atlaas_action a JOIN aval ON a.inspiree_de_id = aval.id WHERE pas < %s
)
SELECT id FROM (SELECT id, pas FROM amont UNION SELECT id, pas FROM aval ORDER BY pas LIMIT %s) maillons
"""


@dataclass(frozen=True, slots=True)
class Maillon:
    """A fiche of the chain and those that it inspired; ``est_publique`` false: it is only a link to what follows."""

    fiche: Action
    suites: list["Maillon"] = field(default_factory=list)

    @property
    def est_publique(self) -> bool:
        return self.fiche.est_publique


@dataclass(frozen=True, slots=True)
class Chaine:
    """``sources``: nearest first. ``suites``: direct ones, latest first, each with its own."""

    sources: list[Action]
    suites: list[Maillon]
    nb_collectivites: int

    @property
    def est_longue(self) -> bool:
        """More than the fiche itself says: its source and those that cite it."""
        return len(self.sources) > 1 or any(maillon.suites for maillon in self.suites)


def chaine(action: Action) -> Chaine:
    """One query. Only public fiches are named; one that left may still stand between two of them."""
    cles = RawSQL(_CHAINE, [action.pk, PAS, action.pk, PAS, MAILLONS])  # noqa: S611  every value is a parameter
    lues = Action.objects.filter(pk__in=cles).select_related("collectivite")
    par_cle = {fiche.pk: fiche for fiche in lues}
    par_source: dict[int | None, list[Action]] = defaultdict(list)
    for fiche in sorted(par_cle.values(), key=_fraicheur, reverse=True):
        par_source[fiche.inspiree_de_id].append(fiche)
    suites = _suites(action.pk, par_source, PAS)
    villes = {f.collectivite_id for m in suites for f in _publiques(m)} - {action.collectivite_id}
    return Chaine(_sources(action, par_cle), suites, len(villes))


def _fraicheur(fiche: Action) -> tuple[float, int]:
    return (fiche.publiee_le.timestamp() if fiche.publiee_le else 0.0, fiche.pk)


def _sources(action: Action, par_cle: dict[int, Action]) -> list[Action]:
    sources: list[Action] = []
    cle = action.inspiree_de_id
    while cle in par_cle and len(sources) < PAS:
        sources.append(par_cle[cle])
        cle = par_cle[cle].inspiree_de_id
    return [fiche for rang, fiche in enumerate(sources) if rang == 0 or fiche.est_publique]


def _suites(cle: int, par_source: dict[int | None, list[Action]], pas: int) -> list[Maillon]:
    """Those that lead to a public fiche."""
    if not pas:
        return []
    maillons = [Maillon(fiche, _suites(fiche.pk, par_source, pas - 1)) for fiche in par_source.get(cle, [])]
    return [maillon for maillon in maillons if maillon.est_publique or maillon.suites]


def _publiques(maillon: Maillon) -> list[Action]:
    propres = [maillon.fiche] if maillon.est_publique else []
    return propres + [fiche for suite in maillon.suites for fiche in _publiques(suite)]


def villes_qui_s_inspirent(personne: Personne, action: Action) -> list[Collectivite]:
    """The other collectivités whose fiches the person writes; no query for who writes none."""
    cles = [cle for cle in ecrit_pour(personne) if cle != action.collectivite_id]
    return list(Collectivite.objects.filter(pk__in=cles).order_by("cle_alphabetique", "pk")) if cles else []
