"""Every answer leaves whole, and no text becomes a formula."""

import csv
import json
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from mosaique.models import Mosaique
from mosaique.preparation.exports import FORMATS, exporter
from villes_internet.socle.classeurs import DEBUTS_DE_FORMULE, Feuille, ecrire_classeur, ecrire_csv, neutraliser

TEXTES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.lists(st.tuples(st.sampled_from(["", *DEBUTS_DE_FORMULE]), TEXTES).map("".join), min_size=1, max_size=4))
def test_no_cell_of_a_csv_begins_a_formula_and_no_text_is_lost(textes: list[str]) -> None:
    ecrit = ecrire_csv(["a"] * len(textes), [textes]).decode("utf-8")
    assert not ecrit.startswith("\ufeff")
    _, lue = csv.reader(StringIO(ecrit, newline=""), delimiter=";")
    assert not any(cellule.startswith(DEBUTS_DE_FORMULE) for cellule in lue)
    assert [c[1:] if c[:1] == "'" and t[:1] != "'" else c for c, t in zip(lue, textes, strict=True)] == textes


def test_a_text_of_a_workbook_stays_a_text() -> None:
    textes = [[f"{debut}1+1"] for debut in DEBUTS_DE_FORMULE]
    page = load_workbook(BytesIO(ecrire_classeur([Feuille("F", ["a"], textes)], "t"))).worksheets[0]
    assert {page.cell(rang, 1).data_type for rang in range(2, len(textes) + 2)} == {"s"}


def test_a_plain_text_is_left_alone() -> None:
    assert neutraliser("L’accueil = un service") == "L’accueil = un service"


@pytest.mark.django_db
def test_the_three_formats_say_the_same(repondue: Mosaique) -> None:
    donnees = json.loads(exporter(repondue, "json"))
    assert (donnees["collectivite"], donnees["millesime"], len(donnees["enjeux"])) == ("Bassens", 2027, 20)
    a1 = donnees["enjeux"][0]
    assert (a1["code"], a1["niveau_declare"], a1["commentaire"]) == ("A1", 2, "=Une démarche\nen deux lignes")
    assert a1["services"][0]["date_prevue"] == "2027-06-30"
    assert a1["services"][1]["motif"] == "Compétence de l’EPCI"

    lignes = list(csv.DictReader(StringIO(exporter(repondue, "csv").decode(), newline=""), delimiter=";"))
    assert len(lignes) == 140
    assert lignes[0]["commentaire"] == "'=Une démarche\nen deux lignes"
    assert (lignes[0]["service_code"], lignes[0]["statut"], lignes[0]["date_prevue"]) == (
        "A1.1",
        "programme",
        "2027-06-30",
    )

    classeur = load_workbook(BytesIO(exporter(repondue, "xlsx")))
    assert classeur.sheetnames == ["Mosaïque", "Enjeux", "Services"]
    assert (classeur["Enjeux"].max_row, classeur["Services"].max_row) == (21, 141)
    assert set(FORMATS) == {"csv", "xlsx", "json"}
