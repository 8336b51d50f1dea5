from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaique import calculs
from mosaique.calculs import Bareme

STATUTS = ["non_renseigne", "non_concerne", "pas_fait", "programme", "experimente", "en_service", "evalue"]
BAREME = Bareme.depuis(
    {
        "statuts": [
            {"code": "non_renseigne", "valeur": "0"},
            {"code": "non_concerne", "valeur": None},
            {"code": "pas_fait", "valeur": "0"},
            {"code": "programme", "valeur": "0.2"},
            {"code": "experimente", "valeur": "0.5"},
            {"code": "en_service", "valeur": "0.8", "exige": "action"},
            {"code": "evalue", "valeur": "1", "exige": "evaluation"},
        ],
        "statut_sans_preuve": "experimente",
        "preuves_niveau": [
            {"niveau": 3, "nb_actions": 2, "nb_avec_indicateur": 1},
            {"niveau": 2, "nb_actions": 1},
            {"niveau": 4, "nb_replicables": 1},
        ],
        "poids_niveau": "0.6",
        "poids_couverture": "0.4",
        "poids_enjeux": "0.8",
        "poids_transversal": "0.2",
        "max_non_concernes": 4,
    }
)
CODES = [f"A1.{rang}" for rang in range(1, 8)]


@dataclass(frozen=True)
class Preuves:
    nb_actions: int = 0
    nb_avec_indicateur: int = 0
    nb_replicables: int = 0
    services: frozenset[str] = field(default_factory=frozenset)
    services_evalues: frozenset[str] = field(default_factory=frozenset)


TOUTES = Preuves(9, 9, 9, frozenset(CODES), frozenset(CODES))
preuves_quelconques = st.builds(
    Preuves,
    nb_actions=st.integers(0, 4),
    nb_avec_indicateur=st.integers(0, 2),
    nb_replicables=st.integers(0, 2),
    services=st.frozensets(st.sampled_from(CODES)),
    services_evalues=st.frozensets(st.sampled_from(CODES)),
)
sept_statuts = st.lists(st.sampled_from(STATUTS), min_size=7, max_size=7)
niveaux = st.integers(0, 4)


def reponse(statuts: list[str]) -> dict[str, str]:
    return dict(zip(CODES, statuts, strict=True))


def test_the_worked_example_scores_sixty_nine() -> None:
    statuts = ["en_service"] * 3 + ["evalue", "programme", "pas_fait", "non_concerne"]
    resultat = calculs.evaluer(3, reponse(statuts), TOUTES, BAREME)
    assert resultat.couverture == Decimal("0.60")
    assert resultat.score == 69
    assert (resultat.nb_en_place, resultat.nb_concernes, resultat.est_renseigne) == (4, 6, True)


@pytest.mark.parametrize(
    ("declare", "preuves", "etaye"),
    [
        (1, Preuves(), 1),
        (2, Preuves(), 1),
        (2, Preuves(nb_actions=1), 2),
        (3, Preuves(nb_actions=1), 2),
        (3, Preuves(nb_actions=2), 2),
        (3, Preuves(nb_actions=2, nb_avec_indicateur=1), 3),
        (4, Preuves(nb_actions=2, nb_avec_indicateur=1), 3),
        (4, Preuves(nb_actions=2, nb_avec_indicateur=1, nb_replicables=1), 4),
        (4, Preuves(nb_actions=1, nb_avec_indicateur=1, nb_replicables=1), 2),
        (0, TOUTES, 0),
    ],
)
def test_niveau_etaye_follows_the_evidence_rule(declare: int, preuves: Preuves, etaye: int) -> None:
    assert calculs.niveau_etaye(declare, preuves, BAREME) == etaye


@pytest.mark.parametrize(
    ("statut", "preuves", "retenu"),
    [
        ("programme", Preuves(), "programme"),
        ("en_service", Preuves(), "experimente"),
        ("en_service", Preuves(services=frozenset({"A1.1"})), "en_service"),
        ("evalue", Preuves(), "experimente"),
        ("evalue", Preuves(services=frozenset({"A1.1"})), "en_service"),
        ("evalue", TOUTES, "evalue"),
    ],
)
def test_a_status_without_its_proof_counts_as_the_best_one_that_needs_none(
    statut: str, preuves: Preuves, retenu: str
) -> None:
    assert calculs.statut_retenu(statut, "A1.1", preuves, BAREME) == retenu


def test_preuves_manquantes_names_the_rules_up_to_the_declared_level() -> None:
    assert [r.niveau for r in calculs.preuves_manquantes(4, Preuves(nb_actions=1), BAREME)] == [3, 4]
    assert calculs.preuves_manquantes(None, Preuves(), BAREME) == ()


def test_an_enjeu_without_level_or_with_an_unset_service_is_not_answered() -> None:
    assert not calculs.evaluer(None, reponse(["pas_fait"] * 7), TOUTES, BAREME).est_renseigne
    assert not calculs.evaluer(1, reponse(["pas_fait"] * 6 + ["non_renseigne"]), TOUTES, BAREME).est_renseigne


def test_at_most_four_services_are_set_aside() -> None:
    assert calculs.nb_concernes(["non_concerne"] * 7, BAREME) == 3
    assert calculs.couverture([], BAREME) == 0


def test_indice_weighs_the_two_groups_and_a_missing_group_weighs_nothing() -> None:
    scores = [(Decimal(80), False), (Decimal(40), False), (Decimal(10), True)]
    assert calculs.indice(scores, BAREME) == Decimal("50.00")
    assert calculs.indice([(Decimal(80), False)], BAREME) == 80
    assert calculs.indice([], BAREME) == 0


@given(niveaux, sept_statuts, preuves_quelconques)
def test_figures_are_bounded(niveau: int, statuts: list[str], preuves: Preuves) -> None:
    resultat = calculs.evaluer(niveau, reponse(statuts), preuves, BAREME)
    assert 0 <= resultat.couverture <= 1
    assert 0 <= resultat.score <= 100
    assert 0 <= resultat.niveau_etaye <= niveau
    assert resultat.nb_en_place <= resultat.nb_concernes


@given(niveaux, sept_statuts, preuves_quelconques, st.randoms())
def test_score_ignores_the_order_of_the_services(
    niveau: int, statuts: list[str], preuves: Preuves, hasard: object
) -> None:
    melange = list(reponse(statuts).items())
    hasard.shuffle(melange)  # type: ignore[attr-defined]
    avant = calculs.evaluer(niveau, reponse(statuts), preuves, BAREME)
    apres = calculs.evaluer(niveau, dict(melange), preuves, BAREME)
    assert (avant.score, avant.couverture) == (apres.score, apres.couverture)


@given(niveaux, sept_statuts, preuves_quelconques, st.integers(0, 6))
def test_score_grows_with_each_status(niveau: int, statuts: list[str], preuves: Preuves, rang: int) -> None:
    echelle = STATUTS[2:]
    scores = [
        calculs.evaluer(niveau, reponse([*statuts[:rang], statut, *statuts[rang + 1 :]]), preuves, BAREME).score
        for statut in echelle
    ]
    assert scores == sorted(scores)


@given(sept_statuts, preuves_quelconques)
def test_score_grows_with_the_level(statuts: list[str], preuves: Preuves) -> None:
    scores = [calculs.evaluer(n, reponse(statuts), preuves, BAREME).score for n in range(5)]
    assert scores == sorted(scores)


AJOUTS: list[Callable[[Preuves], Preuves]] = [
    lambda p: replace(p, nb_actions=p.nb_actions + 1),
    lambda p: replace(p, nb_avec_indicateur=p.nb_avec_indicateur + 1),
    lambda p: replace(p, nb_replicables=p.nb_replicables + 1),
    lambda p: replace(p, services=p.services | {"A1.1"}),
    lambda p: replace(p, services_evalues=p.services_evalues | {"A1.1"}),
]


@given(niveaux, sept_statuts, preuves_quelconques, st.sampled_from(AJOUTS))
def test_one_more_proof_never_lowers_the_score(
    niveau: int, statuts: list[str], preuves: Preuves, ajout: Callable[[Preuves], Preuves]
) -> None:
    avant = calculs.evaluer(niveau, reponse(statuts), preuves, BAREME).score
    assert calculs.evaluer(niveau, reponse(statuts), ajout(preuves), BAREME).score >= avant


@given(
    st.lists(st.sampled_from([s for s in STATUTS if s != "non_concerne"]), min_size=3, max_size=3), st.integers(0, 4)
)
def test_non_concerne_is_neutral(statuts: list[str], ecartes: int) -> None:
    avec = statuts + ["non_concerne"] * ecartes
    assert calculs.couverture(avec, BAREME) == calculs.couverture(statuts, BAREME)


@given(st.lists(st.tuples(st.decimals(0, 100, places=2), st.booleans()), max_size=20))
def test_indice_is_bounded_and_ignores_order(scores: list[tuple[Decimal, bool]]) -> None:
    valeur = calculs.indice(scores, BAREME)
    assert 0 <= valeur <= 100
    assert calculs.indice(reversed(scores), BAREME) == valeur
