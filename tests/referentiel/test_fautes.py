"""Every fault of a version's file, with its place, in plain French."""
# ruff: noqa: E501  -- one case a line, to be read as a table

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from villes_internet.referentiel.actions import charger_donnees
from villes_internet.referentiel.echanges import fond, liens, schema

DONNEES = charger_donnees("2027")
HISTORIQUE = {
    "code": "2004",
    "libelle": "Thèmes",
    "est_historique": True,
    "familles": [{"code": "T", "nom": "Thèmes", "transversale": False, "enjeux": [{"code": "T1", "nom": "Dialogue"}]}],
}


def abime(geste: Callable[[Any], object], origine: Any = DONNEES) -> list[str]:
    """Faults of the shipped file after ``geste``, as sentences."""
    donnees = copy.deepcopy(origine)
    geste(donnees)
    return [str(faute) for faute in fond.fautes(donnees)]


def enjeu(d: Any) -> Any:
    return d["familles"][0]["enjeux"][0]


def test_the_schema_is_a_schema_and_the_shipped_files_follow_it() -> None:
    Draft202012Validator.check_schema(schema.schema())
    assert fond.fautes(DONNEES) == []
    assert fond.fautes(HISTORIQUE) == []


def test_the_schema_is_served_to_everyone_at_its_address() -> None:
    reponse = Client().get("/referentiel/schema-1.json")
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/schema+json"
    assert reponse["Access-Control-Allow-Origin"] == "*"
    servi = json.loads(b"".join(reponse.streaming_content))
    assert servi == schema.schema()
    assert servi["$schema"].endswith("2020-12/schema")


FORME: list[tuple[Callable[[Any], object], str]] = [
    (lambda d: enjeu(d)["niveaux"].pop(), "familles › A › enjeux › A1 › niveaux : il faut cinq descripteurs, il y en a quatre"),
    (lambda d: enjeu(d)["niveaux"].append("x"), "familles › A › enjeux › A1 › niveaux : il faut cinq descripteurs, il y en a six"),
    (lambda d: enjeu(d).update(niveaux=[]), "familles › A › enjeux › A1 › niveaux : il faut cinq descripteurs, il n’y en a aucun"),
    (lambda d: enjeu(d).update(services=[]), "familles › A › enjeux › A1 › services : il faut au moins un service, il n’y en a aucun"),
    (lambda d: enjeu(d).update(services=[f"s{n}" for n in range(21)]), "familles › A › enjeux › A1 › services : il faut au plus 20 services, il y en a 21"),
    (lambda d: enjeu(d).update(services=["x", "x"]), "familles › A › enjeux › A1 › services : un élément y est deux fois"),
    (lambda d: d.update(familles=[]), "familles : il faut au moins une famille, il n’y en a aucune"),
    (lambda d: d["familles"][0].update(enjeux=[]), "familles › A › enjeux : il faut au moins un enjeu, il n’y en a aucun"),
    (lambda d: d["bareme"]["niveaux"].pop(), "bareme › niveaux : il faut cinq noms de niveau, il y en a quatre"),
    (lambda d: d["bareme"].update(statuts=[]), "bareme › statuts : il faut au moins trois statuts, il n’y en a aucun"),
    (lambda d: enjeu(d).pop("nom"), "familles › A › enjeux › A1 : il manque « nom »"),
    (lambda d: d.pop("portes"), "fichier : il manque « portes »"),
    (lambda d: d.update(nouveau=1), "nouveau : cette clé n’est pas connue"),
    (lambda d: enjeu(d).update(nom=3), "familles › A › enjeux › A1 › nom : il faut un texte, il y a un nombre entier"),
    (lambda d: enjeu(d).update(nom=""), "familles › A › enjeux › A1 › nom : ce texte est vide"),
    (lambda d: enjeu(d).update(nom="é" * 101), "familles › A › enjeux › A1 › nom : 101 caractères, il en faut 100 au plus"),
    (lambda d: enjeu(d).update(code="a 1"), "familles › A › enjeux › a 1 › code : il faut une majuscule, suivie de quatre majuscules ou chiffres au plus, il y a « a 1 »"),
    (lambda d: enjeu(d).update(code=None), "familles › A › enjeux › n° 1 › code : il faut un texte, il y a rien"),
    (lambda d: d["seuils"][2].update(min=101), "seuils › niveau 3 du label › min : 101 est trop grand, il faut 100 au plus"),
    (lambda d: d["seuils"][0].update(min=-1), "seuils › niveau 1 du label › min : -1 est trop petit, il faut 0 au moins"),
    (lambda d: d["portes"][1].update(min="quatre"), "portes › niveau 2 du label, enjeux_1 › min : il faut un nombre entier, il y a un texte"),
    (lambda d: d["portes"][0].update(regle="hasard"), "portes › niveau 1 du label, action › regle : « hasard » n’est pas un des choix possibles : nb_actions, nb_replicables, enjeux, fait, criteres"),
    (lambda d: d["portes"][2].pop("fait"), "portes › niveau 2 du label, referent : il manque « fait »"),
    (lambda d: d["portes"][7].update(min="6"), "portes › niveau 4 du label, criteres › min : il faut une note entre 0 et 5, écrite comme 1.5, il y a « 6 »"),
    (lambda d: d["bareme"]["preuves_niveau"][1].update(nb_actions=0), "bareme › preuves_niveau › niveau 3 › nb_actions : 0 est trop petit, il faut 1 au moins"),
    (lambda d: d["bareme"]["statuts"][3].update(valeur="20 %"), "bareme › statuts › programme › valeur : il faut un nombre entre 0 et 1, écrit comme 0.6, ou rien, il y a « 20 % »"),
    (lambda d: d["bareme"]["statuts"][3].update(valeur=0.2), "bareme › statuts › programme › valeur : il faut un texte ou rien, il y a un nombre"),
    (lambda d: d["familles"][0].update(enjeux={}), "familles › A › enjeux : il faut une liste, il y a un groupe de clés"),
    (lambda d: d["familles"][0].update(transversale="non"), "familles › A › transversale : il faut vrai ou faux, il y a un texte"),
    (lambda d: d.update(est_historique=True), "bareme : cette clé n’a pas sa place dans une version historique"),
]  # fmt: skip


@pytest.mark.parametrize(("geste", "phrase"), FORME, ids=[p for _, p in FORME])
def test_a_fault_of_shape_is_said_with_its_place(geste: Callable[[Any], object], phrase: str) -> None:
    assert phrase in abime(geste)


FOND: list[tuple[Callable[[Any], object], str]] = [
    (lambda d: d["familles"][1].update(code="A"), "familles : le code « A » y est deux fois"),
    (lambda d: d["familles"][1]["enjeux"][0].update(code="A1"), "enjeux : le code « A1 » y est deux fois"),
    (lambda d: [f.update(transversale=True) for f in d["familles"]], "familles : toutes sont transversales : il en faut au moins une qui ne le soit pas"),
    (lambda d: d["bareme"].update(poids_niveau="0.7"), "bareme › poids_niveau et poids_couverture : les deux poids font 1.1, ils doivent faire 1"),
    (lambda d: d["bareme"].update(poids_enjeux="0.5"), "bareme › poids_enjeux et poids_transversal : les deux poids font 0.7, ils doivent faire 1"),
    (lambda d: d["bareme"]["statuts"][0].update(code="vide"), "bareme › statuts : il manque le statut « non_renseigne », celui d’un service sans réponse"),
    (lambda d: d["bareme"]["statuts"][3].update(code="pas_fait"), "bareme › statuts : le code « pas_fait » y est deux fois"),
    (lambda d: d["bareme"]["statuts"][1].update(valeur="0"), "bareme › statuts › non_concerne › valeur : seul « non_concerne » n’a pas de valeur, et il ne peut en avoir"),
    (lambda d: d["bareme"]["statuts"][3].update(valeur=None), "bareme › statuts › programme › valeur : seul « non_concerne » n’a pas de valeur, et il ne peut en avoir"),
    (lambda d: d["bareme"]["statuts"][5].pop("exige"), "bareme › statuts : un statut exige une évaluation : il en faut un autre qui exige une action"),
    (lambda d: d["bareme"].update(statut_sans_preuve="absent"), "bareme › statut_sans_preuve : le statut « absent » n’existe pas"),
    (lambda d: d["bareme"].update(statut_sans_preuve="evalue"), "bareme › statut_sans_preuve : ce statut doit avoir une valeur et n’exiger aucune preuve"),
    (lambda d: d["bareme"].update(statut_sans_preuve="non_concerne"), "bareme › statut_sans_preuve : ce statut doit avoir une valeur et n’exiger aucune preuve"),
    (lambda d: d["bareme"]["strates"][1].update(code="village"), "bareme › strates : le code « village » y est deux fois"),
    (lambda d: d["bareme"]["strates"][0].update(min=1), "bareme › strates › village › min : la première strate commence à 0 habitant"),
    (lambda d: d["bareme"]["strates"][2].update(min=3000), "bareme › strates › moyenne › min : 3000 devrait être plus grand que 3000, qui le précède"),
    (lambda d: d["bareme"]["preuves_niveau"][1].update(niveau=2), "bareme › preuves_niveau : le code « niveau 2 » y est deux fois"),
    (lambda d: d["seuils"].reverse(), "seuils : il faut un seuil par niveau, de une à cinq arobases, dans cet ordre"),
    (lambda d: d["seuils"][3].update(min=45), "seuils › niveau 4 du label › min : 45 devrait être plus grand que 45, qui le précède"),
    (lambda d: d["portes"][3].update(arobases=2), "portes : le code « niveau 2 du label, enjeux_1 » y est deux fois"),
    (lambda d: d["portes"][2].update(fait="site_joli"), "portes › niveau 2 du label, referent › fait : le fait « site_joli » n’est pas de ceux qu’un dossier prouve : declaration_accessibilite, elu_delegue, referent_nomme, strategie_ecrite, voie_humaine"),
    (lambda d: d["portes"][1].update(min=17), "portes › niveau 2 du label, enjeux_1 › min : 17 enjeux sont demandés, le référentiel n’en compte que 16"),
    (lambda d: d["faits"][0].update(code="elu_delegue"), "faits : le code « elu_delegue » y est deux fois"),
    (lambda d: d["faits"][0].update(code="site_joli"), "faits › site_joli : le fait « site_joli » n’est pas de ceux qu’un dossier prouve : declaration_accessibilite, elu_delegue, referent_nomme, strategie_ecrite, voie_humaine"),
    (lambda d: d["portes"][2].update(strates=["hameau"]), "portes › niveau 2 du label, referent › strates : la strate « hameau » n’existe pas"),
    (lambda d: d["faits"][0].update(strates=["hameau"]), "faits › referent_nomme › strates : la strate « hameau » n’existe pas"),
    (lambda d: enjeu(d).update(nom=" Démocratie\n"), "familles › A › enjeux › A1 › nom : « Démocratie » a des espaces autour, ou un retour à la ligne"),
    (lambda d: enjeu(d)["niveaux"].__setitem__(1, "a\tb"), "familles › A › enjeux › A1 › niveaux › n° 2 : « a b » a des espaces autour, ou un retour à la ligne"),
]  # fmt: skip


@pytest.mark.parametrize(("geste", "phrase"), FOND, ids=[p for _, p in FOND])
def test_a_fault_of_substance_is_said_alone(geste: Callable[[Any], object], phrase: str) -> None:
    assert abime(geste) == [phrase]


def test_all_the_faults_are_listed_at_once_shape_and_substance() -> None:
    def gestes(d: Any) -> None:
        enjeu(d)["niveaux"].pop()
        d["bareme"]["poids_niveau"] = "0.7"
        d["seuils"][3]["min"] = 45
        d["portes"][2]["fait"] = "site_joli"

    assert [phrase.split(" : ")[0] for phrase in abime(gestes)] == [
        "familles › A › enjeux › A1 › niveaux",
        "bareme › poids_niveau et poids_couverture",
        "seuils › niveau 4 du label › min",
        "portes › niveau 2 du label, referent › fait",
    ]


@pytest.mark.parametrize("donnees", [[], None, "texte", 3.5])
def test_a_file_of_another_shape_is_one_sentence(donnees: Any) -> None:
    phrases = [str(faute) for faute in fond.fautes(donnees)]
    assert len(phrases) == 1
    assert phrases[0].startswith("fichier : il faut un groupe de clés, il y a ")


def test_a_gate_may_name_whom_it_concerns() -> None:
    assert abime(lambda d: d["portes"][9].update(types=["commune"], strates=["moyenne", "grande"])) == []
    assert abime(lambda d: d["portes"][9].update(types=["region"])) == [
        "portes › niveau 4 du label, strategie › types › n° 1 : « region » n’est pas un des choix possibles : commune, epci, ept"
    ]


# Correspondances

LIENS = {
    "ancienne": "2004",
    "nouvelle": "2011",
    "liens": [{"ancien": "T1", "nouveau": "S1"}, {"ancien": "T2", "nouveau": None}],
}


def lien(**champs: Any) -> Callable[[Any], object]:
    return lambda d: d["liens"].append({"ancien": "T1", "nouveau": "S2", **champs})


FAUTES_DE_LIENS: list[tuple[Callable[[Any], object], str]] = [
    (lambda d: d.pop("liens"), "fichier : il manque « liens »"),
    (lambda d: d.update(liens=[]), "liens : il faut au moins un lien, il n’y en a aucun"),
    (lambda d: d.update(ancienne="2011"), "ancienne : une version ne peut pas se correspondre à elle-même"),
    (lien(nouveau="S9"), "liens › n° 3 › nouveau : l’enjeu « S9 » n’existe pas"),
    (lien(ancien="T9"), "liens › n° 3 › ancien : l’enjeu « T9 » n’existe pas"),
    (lien(poids="0"), "liens › n° 3 › poids : un lien sans poids ne dit rien : retirez-le"),
    (lien(poids="2"), "liens › n° 3 › poids : il faut un nombre entre 0 et 1, écrit comme 0.6, il y a « 2 »"),
    (lien(nouveau="S1"), "liens : le lien de « T1 » vers « S1 » y est plusieurs fois"),
    (lien(ancien="T2", nouveau=None), "liens : le lien de « T2 » vers « rien » y est plusieurs fois"),
    (lien(ancien="T2"), "liens : l’ancien enjeu « T2 » est à la fois abandonné et repris"),
    (lambda d: d["liens"].pop(), "liens : il manque ce que devient l’ancien enjeu « T2 » (nouveau : null s’il est abandonné)"),
]  # fmt: skip


@pytest.mark.parametrize(("geste", "phrase"), FAUTES_DE_LIENS, ids=[p for _, p in FAUTES_DE_LIENS])
def test_a_fault_of_a_correspondance_is_said(geste: Callable[[Any], object], phrase: str) -> None:
    donnees = copy.deepcopy(LIENS)
    geste(donnees)
    assert [str(f) for f in liens.fautes(donnees, {"T1", "T2"}, {"S1", "S2"})] == [phrase]


def test_a_good_correspondance_has_no_fault_and_both_versions_must_exist() -> None:
    assert liens.fautes(LIENS, {"T1", "T2"}, {"S1"}) == []
    assert [str(f) for f in liens.fautes(LIENS, set(), set())] == [
        "ancienne : la version « 2004 » n’existe pas : importez-la d’abord",
        "nouvelle : la version « 2011 » n’existe pas : importez-la d’abord",
    ]
