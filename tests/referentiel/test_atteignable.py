"""Can the best possible town of each stratum and type hold every gate and threshold? Pure rules."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from candidatures.dossiers.queries.contenu import faits
from villes_internet.referentiel.actions import charger_donnees
from villes_internet.referentiel.calculs import (
    FAITS,
    CritereDeGrille,
    Elements,
    concerne,
    hors_d_atteinte,
    indice_maximal,
    juger_portes,
    profils,
    strate_de,
)

DONNEES = charger_donnees("2027")
GRILLE = [CritereDeGrille(f"J{n}", 20 if n < 4 else 8, est_precalcule=n == 2) for n in range(1, 9)]
TOUTES_LES_COMMUNES = [p.libelle for p in profils(DONNEES["bareme"]) if p.type == "commune"]


def regles(**changees: Any) -> dict[str, Any]:
    return {**copy.deepcopy(DONNEES), **changees}


def porte(**champs: Any) -> dict[str, Any]:
    return {"arobases": 4, "code": "p", "libelle": "essai", "regle": "fait", "fait": "elu_delegue", **champs}


def phrases(donnees: dict[str, Any], *, nb_enjeux: int = 16, grille: list[CritereDeGrille] | None = None) -> list[str]:
    return [str(trouve) for trouve in hors_d_atteinte(donnees, nb_enjeux, grille or [])]


def test_everything_of_2027_is_within_reach_with_or_without_its_grid() -> None:
    assert phrases(DONNEES) == []
    assert phrases(DONNEES, grille=[CritereDeGrille(c.code, c.poids, c.est_precalcule) for c in GRILLE]) == []


def test_the_profiles_are_the_strata_of_communes_and_the_intercommunalites() -> None:
    assert [(p.type, p.strate) for p in profils(DONNEES["bareme"])] == [
        ("commune", "village"), ("commune", "petite"), ("commune", "moyenne"), ("commune", "grande"),
        ("epci", "epci"), ("ept", "epci"),
    ]  # fmt: skip


def test_a_fact_that_only_communes_prove_shuts_the_gate_to_the_others_who_are_named() -> None:
    faits = [{"code": "elu_delegue", "libelle": "x", "types": ["commune"]}]
    assert phrases(regles(portes=[porte()], faits=faits)) == [
        "niveau 4 du label, porte « essai » : hors d’atteinte pour intercommunalités, "
        "établissements publics territoriaux"
    ]
    assert phrases(regles(portes=[porte(types=["commune"])], faits=faits)) == [], "the gate says whom it is for"


def test_a_fact_kept_to_large_towns_names_each_stratum_that_cannot() -> None:
    faits = [{"code": "elu_delegue", "libelle": "x", "types": ["commune"], "strates": ["grande"]}]
    trouve = hors_d_atteinte(regles(portes=[porte(types=["commune"])], faits=faits), 16)
    assert [t.profils for t in trouve] == [tuple(TOUTES_LES_COMMUNES[:3])]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"regle": "enjeux", "niveau": 2, "min": 17}, "toutes les collectivités"),
        ({"regle": "nb_actions", "min": 201}, "toutes les collectivités"),
        ({"regle": "nb_replicables", "min": 201}, "toutes les collectivités"),
        (
            {"regle": "criteres", "codes": ["J9"], "min": "3"},
            "toutes les collectivités, la grille n’a pas le critère J9",
        ),
    ],
)
def test_a_gate_that_nobody_holds_says_so(champs: dict[str, Any], phrase: str) -> None:
    assert phrases(regles(portes=[porte(**champs)]), grille=GRILLE) == [
        f"niveau 4 du label, porte « essai » : hors d’atteinte pour {phrase}"
    ]


def test_without_a_grid_the_criteria_are_taken_to_exist() -> None:
    assert phrases(regles(portes=[porte(regle="criteres", codes=["J9"], min="5")])) == []


def test_the_facts_that_gates_may_ask_are_those_that_a_dossier_proves() -> None:
    assert faits({"sections": {}, "pieces": [], "collectivite": {"population": 10}}).keys() == FAITS


def test_a_scale_that_stops_short_caps_the_precomputed_criterion_and_the_total() -> None:
    bareme = copy.deepcopy(DONNEES["bareme"]) | {"poids_niveau": "0", "poids_couverture": "1"}
    bareme["statuts"] = [s for s in bareme["statuts"] if s["code"] not in {"en_service", "evalue"}]
    assert indice_maximal(bareme) == 50
    grille = [CritereDeGrille("J1", 50), CritereDeGrille("J2", 50, est_precalcule=True)]
    donnees = regles(bareme=bareme, portes=[porte(regle="criteres", codes=["J2"], min="4")])
    donnees["seuils"][4]["min"] = 90
    assert phrases(donnees, grille=grille) == [
        "niveau 4 du label, porte « essai » : hors d’atteinte pour toutes les collectivités",
        "niveau 5 du label, seuil de 90, quand la meilleure note possible est 85 : "
        "hors d’atteinte pour toutes les collectivités",
    ]


def test_a_gate_applies_to_whom_it_names() -> None:
    limitee = {"types": ["commune"], "strates": ["grande"]}
    assert concerne(limitee, "commune", "grande")
    assert not concerne(limitee, "commune", "village")
    assert not concerne(limitee, "epci", "epci")
    assert concerne({}, "epci", "epci")
    notes: dict[str, Decimal] = {}
    village = Elements(type="commune", strate="village")
    assert juger_portes([porte(**limitee)], village, notes) == [], "not judged where it does not apply"
    assert [p.tenue for p in juger_portes([porte(**limitee)], Elements(), notes)] == [False], "unknown type: all apply"


@pytest.mark.parametrize(
    ("type_", "population", "strate"),
    [
        ("commune", None, "village"),
        ("commune", 2_999, "village"),
        ("commune", 3_000, "petite"),
        ("commune", 100_000, "grande"),
        ("epci", 517_000, "epci"),
        ("ept", None, "epci"),
    ],
)
def test_the_stratum_follows_the_version_s_own_classes(type_: str, population: int | None, strate: str) -> None:
    assert strate_de(DONNEES["bareme"], type_, population) == strate
