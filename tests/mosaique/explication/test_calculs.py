"""The explanation adds up to the score it explains, and a path brings what it says."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mosaique import calculs
from mosaique.explication.calculs import Explication, Genre, expliquer, part_dans_l_indice, pistes
from tests.mosaique.test_calculs import (
    BAREME,
    CODES,
    TOUTES,
    Preuves,
    niveaux,
    preuves_quelconques,
    reponse,
    sept_statuts,
)

EXEMPLE = reponse(["en_service"] * 3 + ["evalue", "programme", "pas_fait", "non_concerne"])


def lire(niveau: int | None, statuts: dict[str, str], preuves: Preuves) -> Explication:
    resultat = calculs.evaluer(niveau, statuts, preuves, BAREME)
    return expliquer(niveau, resultat.niveau_etaye, statuts, resultat.statuts, BAREME)


def test_the_worked_example_is_forty_five_and_twenty_four() -> None:
    lu = lire(3, EXEMPLE, TOUTES)
    assert (lu.points_niveau, lu.points_couverture, lu.score) == (45, 24, 69)
    assert (lu.somme, lu.nb_concernes) == (Decimal("3.6"), 6)
    assert [ligne.valeur for ligne in lu.lignes][-2:] == [0, None]


def test_a_status_without_its_proof_is_shown_lowered() -> None:
    lu = lire(2, reponse(["en_service"] + ["pas_fait"] * 6), Preuves())
    assert [ligne.est_abaisse for ligne in lu.lignes] == [True] + [False] * 6
    assert lu.lignes[0].retenu == "experimente"
    assert (lu.niveau, lu.niveau_etaye) == (2, 1)


@given(st.none() | niveaux, sept_statuts, preuves_quelconques)
def test_the_parts_make_the_score(niveau: int | None, statuts: list[str], preuves: Preuves) -> None:
    lu = lire(niveau, reponse(statuts), preuves)
    assert lu.score == calculs.evaluer(niveau, reponse(statuts), preuves, BAREME).score
    assert abs(lu.points_niveau + lu.points_couverture - lu.score) <= Decimal("0.005")


@given(st.none() | niveaux, sept_statuts, preuves_quelconques)
def test_every_path_raises_the_score_most_first(niveau: int | None, statuts: list[str], preuves: Preuves) -> None:
    gains = [piste.gain for piste in pistes(niveau, reponse(statuts), preuves, BAREME)]
    assert all(0 < gain <= 100 for gain in gains)
    assert gains == sorted(gains, reverse=True)


@given(niveaux, sept_statuts, preuves_quelconques)
def test_a_path_brings_what_it_says_once_its_proofs_are_there(
    niveau: int, statuts: list[str], preuves: Preuves
) -> None:
    declares = reponse(statuts)
    depart = calculs.evaluer(niveau, declares, preuves, BAREME)
    for piste in pistes(niveau, declares, preuves, BAREME):
        if piste.service:
            retenus = {**depart.statuts, piste.service: piste.vers}
            part = calculs.couverture(retenus.values(), BAREME)
            apres = calculs.score(depart.niveau_etaye, part, BAREME)
        else:
            apres = calculs.score(int(piste.vers), depart.couverture, BAREME)
        assert abs(apres - depart.score - piste.gain) <= Decimal("0.01")


def test_nothing_is_left_to_do_at_the_top() -> None:
    assert pistes(4, reponse(["evalue"] * 6 + ["non_concerne"]), TOUTES, BAREME) == []


def test_a_declared_level_without_proof_asks_for_it_before_the_next_one() -> None:
    niveau = next(p for p in pistes(3, EXEMPLE, Preuves(nb_actions=1), BAREME) if not p.service)
    assert (niveau.genre, niveau.vers, niveau.gain) == (Genre.ETAYER, "3", 15)
    assert [regle.niveau for regle in niveau.regles] == [3]


def test_a_service_aims_at_working_then_at_being_measured() -> None:
    statuts = reponse(["pas_fait", "en_service", "en_service"] + ["evalue"] * 4)
    montres = Preuves(9, 9, 9, frozenset(CODES) - {"A1.3"}, frozenset(CODES) - {"A1.3"})
    vers = {p.service: (p.genre, p.vers, p.exige) for p in pistes(4, statuts, montres, BAREME)}
    assert vers == {
        "A1.1": (Genre.SERVICE, "en_service", "action"),
        "A1.2": (Genre.SERVICE, "evalue", "evaluation"),
        "A1.3": (Genre.PREUVE, "en_service", "action"),
    }


def test_a_point_of_an_enjeu_weighs_its_share_of_the_index() -> None:
    assert part_dans_l_indice(False, 16, 4, BAREME) == Decimal("0.05")
    assert part_dans_l_indice(True, 16, 4, BAREME) == Decimal("0.05")
    assert part_dans_l_indice(True, 16, 2, BAREME) == Decimal("0.1")
