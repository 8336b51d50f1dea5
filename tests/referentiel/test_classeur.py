"""A version comes and goes as JSON and as a workbook without a loss; what is not one is refused with its place."""

import copy
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from villes_internet.referentiel.actions import charger_donnees
from villes_internet.referentiel.echanges import classeur, fichier, fond
from villes_internet.referentiel.echanges.schema import FichierRefuse
from villes_internet.socle.classeurs import Feuille, ecrire_classeur, lire_classeur

DONNEES = charger_donnees("2027")


def limitees() -> dict[str, Any]:
    """The shipped file with every optional key, and texts that a spreadsheet would change."""
    donnees = copy.deepcopy(DONNEES)
    donnees["portes"][9] |= {"types": ["commune", "ept"], "strates": ["moyenne", "grande"]}
    donnees["faits"][1] |= {"types": ["commune"]}
    donnees["bareme"]["poids_niveau"], donnees["bareme"]["poids_couverture"] = "0.60", "0.4"
    donnees["seuils"][1]["min"] = 32.5
    donnees["familles"][0]["enjeux"][0]["services"][0] = "=1+1"
    donnees["familles"][0]["enjeux"][0]["nom"] = "2027"
    return donnees


HISTORIQUE = {
    "code": "2004",
    "libelle": "Thèmes de 2004",
    "est_historique": True,
    "familles": [{"code": "T", "nom": "Thèmes", "transversale": False, "enjeux": [{"code": "T1", "nom": "Dialogue"}]}],
}


@pytest.mark.parametrize("donnees", [DONNEES, limitees(), HISTORIQUE], ids=["2027", "limits", "historical"])
@pytest.mark.parametrize("format_", ["json", "xlsx"])
def test_what_is_written_is_read_back_the_same(donnees: dict[str, Any], format_: str) -> None:
    assert fichier.lire(fichier.ecrire(donnees, format_), f"a.{format_}") == donnees


def test_the_json_written_is_the_shipped_file_byte_for_byte() -> None:
    livre = Path(classeur.__file__).parent.parent / "donnees" / "referentiel-2027.json"
    assert fichier.ecrire(DONNEES, "json") == livre.read_bytes()


def test_the_workbook_reads_as_the_committee_expects() -> None:
    lu = openpyxl.load_workbook(io.BytesIO(fichier.ecrire(limitees(), "xlsx")))
    assert lu.sheetnames == [
        "Version", "Familles", "Enjeux", "Services", "Niveaux", "Statuts", "Pondérations", "Preuves", "Strates",
        "Faits", "Seuils", "Portes",
    ]  # fmt: skip
    assert lu.properties.title == "Référentiel 2027"
    assert lu["Services"].max_row == 141
    assert [c.value for c in lu["Statuts"][7]] == ["en_service", "En service", 0.8, "action"]
    assert lu["Services"]["C2"].data_type == "s", "a text is never a formula"
    assert lu["Enjeux"].freeze_panes == "A2"


def feuilles(**changees: Any) -> dict[str, list[list[Any]]]:
    lues = lire_classeur(fichier.ecrire(DONNEES, "xlsx"), "a.xlsx")
    return {nom: changees.get(nom, lignes) for nom, lignes in lues.items() if changees.get(nom, lignes) is not None}


def refus(lues: dict[str, list[list[Any]]]) -> list[str]:
    with pytest.raises(FichierRefuse) as refuse:
        classeur.depuis_feuilles(lues)
    return [str(faute) for faute in refuse.value.fautes]


def test_missing_sheets_and_columns_are_all_named() -> None:
    assert refus(feuilles(Strates=None, Seuils=[["Arobases"], [1]], Faits=[])) == [
        "feuille Strates : elle manque dans le classeur",
        "feuille Faits : il manque la colonne « Code »",
        "feuille Faits : il manque la colonne « Libellé »",
        "feuille Faits : il manque la colonne « Types »",
        "feuille Faits : il manque la colonne « Strates »",
        "feuille Seuils : il manque la colonne « Note minimale »",
    ]


def test_a_row_without_its_parent_is_named_and_never_lost() -> None:
    services = [["Enjeu", "Rang", "Service"], ["A1", 1, "Un"], ["Z9", 1, "Deux"]]
    assert refus(feuilles(Services=services)) == ["feuille Services, ligne 3 : « Z9 » n’est pas dans la feuille Enjeux"]


def test_what_people_type_in_a_sheet_is_understood() -> None:
    lues = feuilles(
        Pondérations=[["Valeur", "Clé", "Sens"], ["0,6", "poids_niveau", None], [4.0, "max_non_concernes", ""]]
    )
    lues["Seuils"][1][1] = "trente"
    lues["Version"][1][1] = 2027.0
    lues["Portes"][8][7] = "J1 , J2"
    donnees = classeur.depuis_feuilles(lues)
    assert donnees["bareme"]["poids_niveau"] == "0.6"
    assert donnees["bareme"]["max_non_concernes"] == 4
    assert "poids_couverture" not in donnees["bareme"]
    assert "statut_sans_preuve" not in donnees["bareme"]
    assert donnees["seuils"][0]["min"] == "trente", "left for the schema to refuse"
    assert donnees["code"] == "2027"
    assert donnees["portes"][7]["codes"] == ["J1", "J2"]


def test_what_a_sheet_leaves_out_is_left_for_the_schema_to_ask() -> None:
    lues = feuilles(Pondérations=[["Clé", "Valeur", "Sens"]])
    lues["Faits"] = lues["Faits"][:1]
    donnees = classeur.depuis_feuilles(lues)
    assert "faits" not in donnees
    assert donnees["bareme"].keys() == {"niveaux", "statuts", "strates", "preuves_niveau"}
    manquent = [str(faute) for faute in fond.fautes(donnees)]
    assert len(manquent) == 6
    assert all(phrase.startswith("bareme : il manque «") for phrase in manquent)


def test_a_number_that_would_fill_the_memory_stays_a_text() -> None:
    lues = feuilles(Seuils=[["Arobases", "Note minimale"], [1, "1e999999999"]])
    assert classeur.depuis_feuilles(lues)["seuils"] == [{"arobases": 1, "min": "1e999999999"}]


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b'{"code": "2028",\n "libelle" 3}', "fichier, ligne 2, colonne 12 : le JSON y est mal formé"),
        (b'{"code": NaN}', "fichier : « f » n’est ni du JSON en UTF-8, ni un classeur XLSX"),
        (b"\xff\xfe\x00", "fichier : « f » n’est ni du JSON en UTF-8, ni un classeur XLSX"),
        (b"[" * 100_000, "fichier : « f » n’est ni du JSON en UTF-8, ni un classeur XLSX"),
        (b" " * (2 * 1024 * 1024 + 1), "fichier : « f » dépasse 2 Mo : ce n’est pas un référentiel"),
        (b"PK\x03\x04 rien", "fichier : « f » est abîmé et ne s’ouvre pas : exportez-le à nouveau."),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(contenu: bytes, phrase: str) -> None:
    with pytest.raises(FichierRefuse) as refuse:
        fichier.lire(contenu, "f")
    assert [str(faute) for faute in refuse.value.fautes] == [phrase]


def test_a_json_with_a_byte_order_mark_is_read() -> None:
    assert fichier.lire(b"\xef\xbb\xbf" + json.dumps(HISTORIQUE).encode(), "f") == HISTORIQUE


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    flux = io.BytesIO()
    with zipfile.ZipFile(flux, "w") as archive:
        archive.writestr("bonjour.txt", "rien")
    with pytest.raises(ValidationError, match="ne s’ouvre pas comme un classeur"):
        lire_classeur(flux.getvalue(), "f.xlsx")


def test_a_workbook_skips_its_empty_rows() -> None:
    ecrit = ecrire_classeur([Feuille("Une", ["A", "B"], [["", None], [0, "x"]])], "Essai")
    assert lire_classeur(ecrit, "f") == {"Une": [["A", "B"], [0, "x"]]}
