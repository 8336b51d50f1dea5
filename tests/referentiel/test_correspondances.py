"""A town's history goes on when the vocabulary changes: the four generations of themes since 2004 are the test."""

from decimal import Decimal
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import ground
from villes_internet.referentiel import actions, queries
from villes_internet.referentiel.calculs import (
    Lien,
    ServiceNomme,
    apparier,
    composer,
    fermer,
    reporter,
    valeurs_d_etiquette,
)
from villes_internet.referentiel.echanges.schema import FichierRefuse
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Correspondance, Version

D = Decimal


def test_a_rename_keeps_the_score_and_a_drop_loses_it() -> None:
    liens = [Lien("T4", "V5"), Lien("T9", None)]
    assert reporter({"T4": D("41.5"), "T9": D(80)}, liens) == {"V5": D("41.5")}


def test_a_split_gives_its_score_to_each_part() -> None:
    assert reporter({"V5": D(60)}, [Lien("V5", "D1"), Lien("V5", "D2")]) == {"D1": D(60), "D2": D(60)}


def test_a_merge_weighs_what_is_known_and_says_nothing_of_what_is_not() -> None:
    liens = [Lien("T1", "V6", D("0.5")), Lien("T3", "V6", D("0.2")), Lien("T7", "V6", D("0.3"))]
    assert reporter({"T1": D(40), "T3": D(80), "T7": D(60)}, liens) == {"V6": D(54)}
    assert reporter({"T1": D(40), "T3": None, "T7": D(80)}, liens) == {"V6": D(55)}
    assert reporter({"T3": None}, liens) == {"V6": None}
    assert reporter({"T9": D(50)}, []) == {}


SCORES = st.decimals(min_value=0, max_value=100, places=2)
LIENS = st.lists(
    st.builds(
        Lien,
        ancien=st.sampled_from(["A", "B", "C"]),
        nouveau=st.sampled_from(["X", "Y", None]),
        poids=st.decimals(min_value=D("0.01"), max_value=1, places=2),
    ),
    max_size=8,
)


@given(scores=st.dictionaries(st.sampled_from(["A", "B", "C"]), st.none() | SCORES), liens=LIENS)
def test_a_carried_score_stays_between_those_that_feed_it(scores: dict[str, Decimal | None], liens: list[Lien]) -> None:
    for nouveau, valeur in reporter(scores, liens).items():
        sources = [s for lien in liens if lien.nouveau == nouveau and (s := scores.get(lien.ancien)) is not None]
        assert (valeur is None) is (not sources)
        if valeur is not None:
            assert min(sources) - D("1e-20") <= valeur <= max(sources) + D("1e-20")


@given(scores=st.dictionaries(st.sampled_from(["A", "B", "C"]), SCORES), liens=LIENS, alea=st.randoms())
def test_the_order_of_the_links_changes_nothing(
    scores: dict[str, Decimal | None], liens: list[Lien], alea: Random
) -> None:
    melanges = list(liens)
    alea.shuffle(melanges)
    avant, apres = reporter(scores, liens), reporter(scores, melanges)
    assert avant.keys() == apres.keys()
    for cle, valeur in avant.items():
        autre = apres[cle]
        assert valeur == autre or abs(valeur - autre) < D("1e-20")


TOTAUX = st.fixed_dictionaries({"A": SCORES, "B": SCORES, "C": SCORES})
ETAPE = st.lists(
    st.builds(
        Lien,
        ancien=st.sampled_from(["A", "B", "C"]),
        nouveau=st.sampled_from(["A", "B", "C", None]),
        poids=st.decimals(min_value=D("0.01"), max_value=1, places=2),
    ),
    max_size=6,
)


@given(scores=TOTAUX, etapes=st.lists(ETAPE, min_size=1, max_size=3))
def test_a_composed_mapping_carries_as_its_steps_do(scores: dict[str, Decimal], etapes: list[list[Lien]]) -> None:
    pas_a_pas: dict[str, Decimal | None] = dict(scores)
    for liens in etapes:
        pas_a_pas = {code: score for code, score in reporter(pas_a_pas, liens).items() if score is not None}
    d_un_coup = reporter(scores, composer(etapes))
    assert d_un_coup.keys() == pas_a_pas.keys()
    for code, score in pas_a_pas.items():
        assert score is not None
        assert abs(score - (d_un_coup[code] or D(0))) < D("1e-15")


@pytest.mark.parametrize(
    ("ancien", "nouveau", "est_le_meme"),
    [
        ("Délibérations et comptes rendus en ligne", "Publication des délibérations", True),
        ("Signalement citoyen", "SIGNALEMENTS des habitants", True),
        ("Paiement en ligne", "Prise de rendez-vous en ligne", False),
        ("Coffre-fort numérique", "Fab lab", False),
    ],
)
def test_a_service_of_the_same_rank_is_reworded_only_if_it_keeps_a_word_of_sense(
    ancien: str, nouveau: str, est_le_meme: bool
) -> None:
    paires = apparier([ServiceNomme(1, "A", 1, ancien)], [ServiceNomme(2, "A", 1, nouveau)], [Lien("A", "A")])
    assert bool(paires) == est_le_meme


def test_a_rank_says_nothing_once_an_enjeu_is_split_or_merged() -> None:
    anciens = [ServiceNomme(1, "A", 1, "Site"), ServiceNomme(2, "A", 2, "Lettre")]
    nouveaux = [ServiceNomme(11, "X", 1, "Portail"), ServiceNomme(12, "X", 2, "site "), ServiceNomme(13, "Y", 2, "Fil")]
    assert apparier(anciens, nouveaux, [Lien("A", "X")]) == {(1, 12)}, "the name wins; rank 2 is taken"
    reformule = ServiceNomme(14, "Z", 2, "Lettres aux habitants")
    assert apparier(anciens[1:], [reformule], [Lien("A", "Z")]) == {(2, 14)}
    assert apparier(anciens[1:], nouveaux, [Lien("A", "Y")]) == set(), "another service has taken the place"
    assert apparier(anciens, nouveaux, [Lien("A", "X"), Lien("A", "Y")]) == {(1, 12)}
    assert apparier(anciens, nouveaux, [Lien("A", None), Lien("B", "Y")]) == set()


def test_pairs_go_from_version_to_version_by_the_shortest_way() -> None:
    etapes = {(1, 2): {(10, 20), (11, 20), (12, 21)}, (2, 3): {(20, 30), (21, 31), (22, 32)}, (1, 4): set()}
    assert fermer(etapes)[1, 3] == {(10, 30), (11, 30), (12, 31)}
    assert fermer({**etapes, (1, 3): {(12, 30)}})[1, 3] == {(12, 30)}
    assert fermer({(1, 2): {(10, 20)}, (2, 1): {(20, 10)}}) == {(1, 2): {(10, 20)}, (2, 1): {(20, 10)}}


def test_a_new_tag_counts_for_the_old_service_that_it_was_when_it_was_one_only() -> None:
    assert valeurs_d_etiquette({(10, 30), (11, 30), (12, 31), (12, 32)}) == {
        *((10, 30), (11, 30), (12, 31), (12, 32)),
        *((31, 12), (32, 12)),
    }


@pytest.fixture
def generations(db: None) -> dict[str, Version]:
    ground.version_publiee()
    actions.charger_l_histoire(par=None, a=timezone.now())
    return {version.code: version for version in Version.objects.all()}


def test_the_four_generations_are_loaded_once_withdrawn_and_linked(generations: dict[str, Version]) -> None:
    nb = {code: len(queries.arbre(version).enjeux) for code, version in generations.items()}
    assert nb == {"2004": 7, "2011": 6, "2016": 16, "2027": 20}
    assert [generations[c].etat for c in ("2004", "2011", "2016")] == [EtatVersion.RETIREE] * 3
    assert queries.version_courante() == generations["2027"]
    liens = Correspondance.objects.count()
    assert actions.charger_l_histoire(par=None, a=timezone.now()) == []
    assert Correspondance.objects.count() == liens


def test_a_score_of_2004_reaches_2027_through_every_generation(generations: dict[str, Version]) -> None:
    scores = {"T1": D(40), "T2": D(20), "T3": D(80), "T4": D(70), "T5": D(60), "T6": D(50), "T7": D(60)}
    portes = queries.reporter_les_scores(scores, generations["2004"], generations["2027"])
    assert portes is not None
    assert portes["A4"] == D(54), "0.5 × Administration + 0.2 × Équipement + 0.3 × Mutualisation"
    assert portes["A1"] == portes["B4"] == D(40), "half Information, half Dialogue"
    assert portes["A2"] == portes["B1"] == D(40), "Administration alone"
    assert portes["D1"] == portes["D2"] == portes["D3"] == D(70), "Promotion, then the economy"
    assert portes["C1"] == portes["C3"] == portes["C2"] == D(50), "Formation; nothing was known of private life"
    assert portes["B2"] is portes["A3"] is None, "no theme of 2004 speaks of solidarity"
    assert all(portes.get(code) is None for code in ("C4", "D4", "E1")), "nobody can say what was not asked"


def test_the_sixteenth_of_2016_is_dropped_and_the_strip_has_no_origin(generations: dict[str, Version]) -> None:
    scores = {e.code: D(50) for e in queries.arbre(generations["2016"]).enjeux}
    portes = queries.reporter_les_scores(scores, generations["2016"], generations["2027"])
    assert portes is not None
    assert len(portes) == 15
    assert set(portes.values()) == {D(50)}
    [lue] = queries.correspondances(generations["2027"])
    assert lue.ancienne == generations["2016"]
    assert [e.code for e in lue.sans_origine] == ["C4", "E1", "E2", "E3", "E4"]


def test_a_flat_score_stays_flat_from_one_end_to_the_other(generations: dict[str, Version]) -> None:
    scores = {e.code: D(42) for e in queries.arbre(generations["2004"]).enjeux}
    portes = queries.reporter_les_scores(scores, generations["2004"], generations["2027"])
    assert portes is not None
    assert {valeur for valeur in portes.values() if valeur is not None} == {D(42)}


def test_nothing_leads_backwards_and_a_version_leads_to_itself(generations: dict[str, Version]) -> None:
    assert queries.reporter_les_scores({}, generations["2027"], generations["2004"]) is None
    assert queries.reporter_les_scores({"A1": D(3)}, generations["2027"], generations["2027"]) == {"A1": D(3)}


@pytest.mark.django_db
@pytest.mark.parametrize("donnees", [{"liens": []}, {"liens": [], "ancienne": 3}, {"liens": 1, "nouvelle": "2027"}])
def test_a_correspondance_of_another_shape_is_refused(donnees: object) -> None:
    with pytest.raises(FichierRefuse):
        actions.importer(donnees)


@pytest.mark.django_db
def test_the_command_loads_the_history() -> None:
    sortie = StringIO()
    call_command("importer_referentiel", histoire=True, stdout=sortie)
    assert "Sept thèmes de 2004 : 7 enjeux, 0 services, retirée" in sortie.getvalue().replace("\u00a0", " ")
    assert Correspondance.objects.count() == 39


@pytest.mark.django_db
def test_the_history_waits_for_the_version_that_it_leads_to() -> None:
    actions.charger_l_histoire(par=None, a=timezone.now())
    assert set(Correspondance.objects.values_list("version__code", flat=True)) == {"2011", "2016"}
    ground.version_publiee()
    actions.charger_l_histoire(par=None, a=timezone.now())
    assert Correspondance.objects.filter(version__code="2027").count() == 16
