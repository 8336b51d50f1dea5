from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidatures.campagnes.actions import charger_regles
from candidatures.jury import calculs
from candidatures.jury.calculs import Debat
from villes_internet.referentiel.actions import charger_donnees
from villes_internet.referentiel.calculs import (
    Elements,
    PorteJugee,
    juger_portes,
    minimum_d_enjeux,
    proposition,
)

REGLES = charger_regles("2027")
VERSION = charger_donnees("2027")
POIDS = {c["code"]: c["poids"] for c in REGLES["criteres"]}
EXEMPLE = {
    code: Decimal(note)
    for code, note in {
        "J1": "4",
        "J2": "3.2",
        "J3": "3.5",
        "J4": "3",
        "J5": "3",
        "J6": "2.5",
        "J7": "2",
        "J8": "4",
    }.items()
}
FAITS = frozenset({"referent_nomme", "voie_humaine", "elu_delegue", "strategie_ecrite", "declaration_accessibilite"})
EXCELLENT = Elements(nb_actions=12, nb_replicables=3, niveaux=(4,) * 16, faits=FAITS)

demi_points = st.integers(0, 10).map(lambda n: Decimal(n) / 2)
grilles = st.fixed_dictionaries(dict.fromkeys(POIDS, demi_points))
elements = st.builds(
    Elements,
    nb_actions=st.integers(0, 20),
    nb_replicables=st.integers(0, 5),
    niveaux=st.lists(st.integers(0, 4), max_size=16).map(tuple),
    faits=st.frozensets(st.sampled_from(sorted(FAITS))),
)


def proposer(notes: dict[str, Decimal], elements: Elements) -> int:
    portes = juger_portes(VERSION["portes"], elements, notes)
    return proposition(calculs.total(notes, POIDS), VERSION["seuils"], portes)


def test_total_of_the_worked_example_is_64_80() -> None:
    assert calculs.total(EXEMPLE, POIDS) == Decimal("64.80")


def test_the_worked_example_is_worth_four_arobases_when_its_gates_hold() -> None:
    assert proposer(EXEMPLE, EXCELLENT) == 4


def test_a_gate_of_a_lower_level_holds_back_the_levels_above() -> None:
    sans_referent = Elements(nb_actions=12, nb_replicables=3, niveaux=(4,) * 16, faits=FAITS - {"referent_nomme"})
    assert proposer(EXEMPLE, sans_referent) == 1


@given(grilles)
def test_total_is_between_zero_and_one_hundred(notes: dict[str, Decimal]) -> None:
    assert 0 <= calculs.total(notes, POIDS) <= 100


@given(grilles, elements)
def test_the_proposal_is_one_to_five(notes: dict[str, Decimal], lus: Elements) -> None:
    assert 1 <= proposer(notes, lus) <= 5


@given(grilles, elements, st.sampled_from(sorted(POIDS)), demi_points)
def test_a_higher_note_never_lowers_the_proposal(
    notes: dict[str, Decimal], lus: Elements, code: str, autre: Decimal
) -> None:
    plus_haut = notes | {code: max(autre, notes[code])}
    assert proposer(plus_haut, lus) >= proposer(notes, lus)


@given(grilles)
def test_the_total_grows_with_each_note(notes: dict[str, Decimal]) -> None:
    assert calculs.total({c: Decimal(5) for c in notes}, POIDS) >= calculs.total(notes, POIDS)


def test_five_arobases_ask_for_every_gate() -> None:
    parfait = dict.fromkeys(POIDS, Decimal(5))
    assert proposer(parfait, EXCELLENT) == 5
    assert proposer(parfait | {"J4": Decimal("2.5")}, EXCELLENT) == 4
    deux_replicables = Elements(nb_actions=12, nb_replicables=2, niveaux=(4,) * 16, faits=FAITS)
    assert proposer(parfait, deux_replicables) == 4


def test_four_arobases_refuse_a_criterion_under_one_and_a_half() -> None:
    assert proposer(dict.fromkeys(POIDS, Decimal(5)) | {"J7": Decimal(1)}, EXCELLENT) == 3


def test_a_dossier_without_action_stays_at_one_arobase_with_its_gate_shown() -> None:
    portes = juger_portes(VERSION["portes"], Elements(), EXEMPLE)
    assert portes[0] == PorteJugee(1, "action", "au moins une action éligible", False)
    assert portes[0].en_json() == {
        "arobases": 1,
        "code": "action",
        "libelle": "au moins une action éligible",
        "tenue": False,
    }
    assert proposition(Decimal(80), VERSION["seuils"], portes) == 1


@pytest.mark.parametrize(("concernes", "attendu"), [(16, 12), (8, 6), (15, 12), (1, 1), (0, 0)])
def test_the_gates_keep_their_share_of_the_enjeux_that_concern_the_town(concernes: int, attendu: int) -> None:
    assert minimum_d_enjeux(12, concernes, 16) == attendu


def test_an_unknown_rule_of_gate_is_an_error() -> None:
    porte = {"arobases": 1, "code": "x", "libelle": "x", "regle": "lune"}
    with pytest.raises(ValueError, match="lune"):
        juger_portes([porte], Elements(), {})


def test_means_and_spread() -> None:
    assert calculs.moyenne([]) is None
    assert calculs.moyenne([Decimal("60"), Decimal("65.55")]) == Decimal("62.78")
    assert calculs.ecart([Decimal(60)]) is None
    assert calculs.ecart([Decimal(60), Decimal(75), Decimal(70)]) == Decimal(15)
    assert calculs.moyennes_par_critere([]) == {}
    assert calculs.moyennes_par_critere([{"J1": Decimal(3)}, {"J1": Decimal("3.5")}]) == {"J1": Decimal("3.25")}


@pytest.mark.parametrize(
    ("indice", "note"), [("64", "3.20"), ("0", "0"), ("100", "5"), ("120", "5"), ("68.91", "3.45")]
)
def test_the_mosaic_index_becomes_a_note_on_five(indice: str, note: str) -> None:
    assert calculs.note_preremplie(Decimal(indice)) == Decimal(note)


def test_the_prefilled_note_moves_by_one_point_within_the_scale() -> None:
    assert calculs.bornes_ajustement(Decimal("3.2")) == (Decimal("2.2"), Decimal("4.2"))
    assert calculs.bornes_ajustement(Decimal("0.4")) == (Decimal(0), Decimal("1.4"))
    assert calculs.bornes_ajustement(Decimal("4.6")) == (Decimal("3.6"), Decimal(5))


@given(demi_points)
def test_every_half_point_is_one_and_only_extremes_ask_for_a_comment(note: Decimal) -> None:
    assert calculs.est_demi_point(note)
    assert calculs.demande_commentaire(note) == (note in (0, 1, 5))
    assert not calculs.est_demi_point(note + Decimal("0.2"))


def test_what_asks_for_a_debate() -> None:
    assert calculs.motifs_de_debat(Decimal("14.99"), [3, 4], 3, 3) == []
    assert calculs.motifs_de_debat(Decimal(15), [2, 4], 5, 5) == [Debat.ECART, Debat.NIVEAUX, Debat.CINQ]
    assert calculs.motifs_de_debat(None, [], 2, 3) == [Debat.RECUL]
    assert calculs.motifs_de_debat(None, [], 2, None) == []
