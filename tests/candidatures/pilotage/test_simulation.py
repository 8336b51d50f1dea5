"""Who would move under other rules: the marks are kept, the mosaïque's part follows, nothing is written."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from candidatures.dossiers.models import Dossier
from candidatures.pilotage.simulation.calculs import Regles, notes_deplacees, projeter, repartition
from candidatures.pilotage.simulation.queries import campagnes_lues, simuler
from mosaique.interface import EnjeuFige, enjeux_figes, indice_selon
from tests.factories import ground
from tests.factories import jury as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.actions import charger_donnees, importer_version
from villes_internet.referentiel.calculs import Elements
from villes_internet.referentiel.models import Version

Connecte = Callable[[Utilisateur], Client]
PAGE = "/admin/simulation/"
DONNEES = charger_donnees("2027")
SEUILS = [{"arobases": n, "min": m} for n, m in ((1, 0), (2, 30), (3, 45), (4, 60), (5, 75))]


def brouillon(**champs: object) -> Version:
    """A draft that differs from the version of 2027 by ``champs``."""
    donnees = {**DONNEES, "code": "2028", "libelle": "Référentiel 2028"}
    version = importer_version(donnees)
    for nom, valeur in champs.items():
        setattr(version, nom, valeur)
    version.save()
    return version


def test_the_mark_of_the_mosaique_moves_as_much_as_the_index_within_its_bounds() -> None:
    notes = {"J1": Decimal(3), "J2": Decimal("3.8")}
    assert notes_deplacees(notes, {"J2"}, Decimal(60), Decimal(70)) == {"J1": 3, "J2": Decimal("4.30")}
    assert notes_deplacees(notes, {"J2"}, Decimal(10), Decimal(90))["J2"] == 5
    assert notes_deplacees(notes, {"J2"}, Decimal(90), Decimal(0))["J2"] == 0


def test_a_projection_says_what_holds_back_the_next_level() -> None:
    portes = [{"arobases": 3, "code": "x", "libelle": "dix actions", "regle": "nb_actions", "min": 10}]
    regles = Regles(SEUILS, portes, {"J1": 60, "J2": 40}, {"J2"})
    notes = {"J1": Decimal(4), "J2": Decimal(3)}
    lue = projeter(notes, Elements(nb_actions=9), regles, indice=Decimal(60), avant=Decimal(60))
    assert (lue.note, lue.arobases, lue.manquees) == (72, 2, ("dix actions",))
    assert projeter(notes, Elements(nb_actions=10), regles, indice=Decimal(60), avant=Decimal(60)).arobases == 4


def test_the_distribution_counts_every_level() -> None:
    assert repartition([1, 3, 3, 5]) == [1, 0, 2, 0, 1]


def test_frozen_answers_are_weighed_anew_and_unknown_statuses_keep_their_coverage() -> None:
    bareme = DONNEES["bareme"]
    enjeu = EnjeuFige(False, 2, Decimal("0.5"), {"A1.1": "evalue", "A1.2": "pas_fait"})
    assert indice_selon([enjeu], bareme) == 50
    assert indice_selon([enjeu], {**bareme, "poids_niveau": "0", "poids_couverture": "1"}) == 50
    autres = [s if s["code"] != "evalue" else {**s, "valeur": "0.6"} for s in bareme["statuts"]]
    assert indice_selon([enjeu], {**bareme, "statuts": autres}) == 42
    inconnu = EnjeuFige(False, 2, Decimal("0.5"), {"A1.1": "disparu"})
    assert indice_selon([inconnu], bareme) == 50


@pytest.fixture
def lu(db: None) -> Dossier:
    """One dossier read by two jurors; its mosaïque says nothing."""
    return fabrique.evalue(fabrique.en_evaluation(ground.campagne()), indice="0")


def test_the_rules_of_the_campaign_propose_what_the_jury_was_shown(lu: Dossier) -> None:
    (ligne,) = simuler(lu.campagne, lu.campagne.version).lignes
    assert ligne.avant == ligne.apres
    assert ligne.avant.arobases == lu.synthese.proposition
    assert ligne.avant.note == lu.synthese.moyenne
    assert (
        indice_selon(enjeux_figes([lu.mosaique_id])[lu.mosaique_id], lu.campagne.version.bareme) == lu.mosaique.indice
    )


def test_higher_thresholds_lower_the_proposal_and_nothing_is_written(lu: Dossier) -> None:
    version = brouillon(seuils=[{"arobases": s["arobases"], "min": 99 if s["min"] else 0} for s in SEUILS])
    lue = simuler(lu.campagne, version)
    (ligne,) = lue.lignes
    assert ligne.apres.arobases == 1
    assert [b.apres for b in lue.barres] == [1, 0, 0, 0, 0]
    assert lue.barres[0].histoire == {2011: 16, 2016: 25}
    assert lue.deplaces == ([ligne] if ligne.avant.arobases > 1 else [])
    lu.synthese.refresh_from_db()
    assert lu.synthese.proposition == ligne.avant.arobases


def test_the_page_tells_who_would_move(lu: Dossier, chargee_de_mission: Utilisateur, connecte: Connecte) -> None:
    tout_ouvert = brouillon(portes=[], seuils=[{"arobases": s["arobases"], "min": 0} for s in SEUILS])
    client = connecte(chargee_de_mission)
    page = client.get(PAGE, {"campagne": lu.campagne_id, "version": tout_ouvert.pk}).content.decode()
    assert "1 dossier changerait de niveau" in page.replace("\u00a0", " ")
    assert "hausse" in page
    assert str(lu.collectivite) in page
    meme = client.get(PAGE, {"campagne": lu.campagne_id, "version": lu.campagne.version_id}).content.decode()
    assert "le même niveau" in meme
    assert "Référentiel 2028 (brouillon)" in client.get(PAGE).content.decode()


def test_without_a_campaign_read_the_page_says_so(
    db: None, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    assert not campagnes_lues().exists()
    assert "Aucun dossier lu" in connecte(chargee_de_mission).get(PAGE).content.decode()


def test_a_choice_that_does_not_exist_is_the_newest(
    lu: Dossier, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    reponse = connecte(chargee_de_mission).get(PAGE, {"campagne": "x", "version": "0"})
    assert reponse.status_code == 200
    assert "1 dossier lu" in reponse.content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("nom", ["utilisateur_jure", "presidente_du_jury"])
def test_the_jury_does_not_find_it(nom: str, lu: Dossier, connecte: Connecte, request: pytest.FixtureRequest) -> None:
    assert connecte(request.getfixturevalue(nom)).get(PAGE).status_code == 404


@pytest.mark.parametrize("nom", ["referente", "voisine"])
def test_the_towns_do_not_find_it(nom: str, lu: Dossier, connecte: Connecte, request: pytest.FixtureRequest) -> None:
    assert connecte(request.getfixturevalue(nom)).get(PAGE).status_code in {302, 403, 404}


@pytest.mark.parametrize("nb", [1, 3])
def test_the_simulation_costs_the_same_for_one_dossier_and_three(
    nb: int,
    db: None,
    chargee_de_mission: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    campagne = fabrique.en_evaluation(ground.campagne())
    for _ in range(nb):
        fabrique.evalue(campagne)
    client = connecte(chargee_de_mission)
    client.get(PAGE)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get(PAGE)
