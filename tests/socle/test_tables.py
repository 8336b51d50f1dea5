"""Tables as people send them: whatever wrote them, and whatever is wrong with them."""

import csv
import io
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from villes_internet.socle import tables
from villes_internet.socle.classeurs import Feuille, ecrire_classeur, lire_jour, neutraliser, restaurer

TITRES = {"Titre", "Résumé", "Début"}


def ouvrir(contenu: bytes, nom: str = "f") -> tables.Table:
    return tables.ouvrir(io.BytesIO(contenu), len(contenu), nom, TITRES.__contains__)


def lues(contenu: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    table = ouvrir(contenu)
    return table.entete, [(ligne.numero, ligne.valeurs) for ligne in table.lignes]


TEXTE = "Titre;Résumé\r\nL’été à la halle;« Dès 9 h », €\r\n"
ATTENDU = (["Titre", "Résumé"], [(2, ["L’été à la halle", "« Dès 9 h », €"])])


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", "\t", "|"])
def test_encodings_and_separators_are_guessed(codage: str, separateur: str) -> None:
    assert lues(TEXTE.replace(";", separateur).encode(codage)) == ATTENDU


def test_commas_quotes_line_breaks_and_notes_above_the_headings() -> None:
    ecrit = 'Nos actions,,\n\n"Titre","Résumé",Début\n"Une, deux","sur\ndeux lignes",2027-06-30\n,,\nTrois,,\n'
    entete, lignes = lues(ecrit.encode())
    assert entete == ["Titre", "Résumé", "Début"]
    assert lignes == [(4, ["Une, deux", "sur\ndeux lignes", "2027-06-30"]), (6, ["Trois", "", ""])]


def test_a_workbook_is_read_by_the_sheet_that_has_the_headings() -> None:
    from datetime import date

    contenu = ecrire_classeur(
        [
            Feuille("Lisez-moi", ["Bonjour"], [["x"]]),
            Feuille("F", ["Titre", "Début", "Résumé"], [["=2+2", date(2027, 6, 30), 12.0], ["'=a", None, True]]),
        ],
        "t",
    )
    assert lues(contenu)[1] == [(2, ["=2+2", "2027-06-30", "12"]), (3, ["=a", "", "oui"])]


@pytest.mark.parametrize("texte", ["=1+1", "'=1", "''-x", "@a", "-5", "+33", "l’été", "'guillemet'", "", "'"])
def test_a_neutralised_text_comes_back_as_it_was(texte: str) -> None:
    assert restaurer(neutraliser(texte)) == texte
    assert neutraliser(texte)[:1] not in {"=", "@", "-", "+"}


@pytest.mark.parametrize("ecrit", ["30/06/2027", "30-6-2027", "2027-06-30", "2027-06-30 08:00:00"])
def test_days_are_read_as_people_write_them(ecrit: str) -> None:
    assert str(lire_jour(ecrit)) == "2027-06-30"
    assert lire_jour("31/02/2027") is None


def zip_de(**fichiers: bytes) -> bytes:
    flux = io.BytesIO()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in fichiers.items():
            archive.writestr(nom.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), contenu)
    return flux.getvalue()


def trois_cents_colonnes() -> bytes:
    classeur, flux = Workbook(), io.BytesIO()
    classeur.worksheets[0].append([f"Colonne {n}" for n in range(300)])
    classeur.save(flux)
    return flux.getvalue()


def titres_fusionnes() -> bytes:
    classeur, flux = Workbook(), io.BytesIO()
    classeur.worksheets[0].append(["Titre", "Résumé"])
    classeur.worksheets[0].merge_cells("A1:B1")
    classeur.save(flux)
    return flux.getvalue()


MAUVAIS: list[tuple[Callable[[], bytes], str, str]] = [
    (lambda: b"", "vide", "est vide"),
    (lambda: b"\xef\xbb\xbf\r\n", "vide", "est vide"),
    (lambda: b";;;\r\n;;\r\n", "vide", "ne contient aucune ligne"),
    (lambda: b"%PDF-1.7\n", "type", "n’est ni un CSV ni un classeur"),
    (lambda: b"\x89PNG\r\n\x1a\n", "type", "n’est ni un CSV ni un classeur"),
    (lambda: b"<!doctype html><table></table>", "type", "est une page web"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "type", "l’ancien format XLS"),
    (lambda: b'Titre;R\n"jamais ferm\xc3\xa9' + b";x\n" * 90_000, "guillemet", "n’est pas refermé"),
    (lambda: (";".join(f"c{n}" for n in range(300)) + "\nx;y\n").encode(), "colonnes", "a 300 colonnes"),
    (trois_cents_colonnes, "colonnes", "a 300 colonnes"),
    (titres_fusionnes, "fusion", "sont fusionnés"),
    (lambda: b"PK\x03\x04" + b"\0" * 40, "abime", "est abîmé"),
    (lambda: zip_de(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "type", "n’est pas un classeur XLSX"),
    (lambda: zip_de(xl__workbook_xml=b"<x/>", xl__vbaProject_bin=b"x"), "macro", "contient des macros"),
    (lambda: zip_de(xl__workbook_xml=b"<x/>"), "abime", "ne s’ouvre pas comme un classeur"),
    (lambda: zip_de(xl__workbook_xml=b"0" * (81 << 20)), "taille", "se déplie en un fichier démesuré"),
]


@pytest.fixture
def _csv_sans_limite() -> Iterator[None]:
    """As another library may leave it."""
    limite = csv.field_size_limit(10**9)
    yield
    csv.field_size_limit(limite)


@pytest.mark.usefixtures("_csv_sans_limite")
def test_an_open_quote_is_told_whatever_the_limit_of_the_csv_module() -> None:
    with pytest.raises(ValidationError, match="n’est pas refermé"):
        list(ouvrir(b'Titre;R\n"jamais ferm\xc3\xa9' + b";x\n" * 90_000, "fiches").lignes)


@pytest.mark.parametrize(("faire", "code", "phrase"), MAUVAIS, ids=[phrase for _, _, phrase in MAUVAIS])
def test_a_file_that_cannot_be_taken_is_told_why(faire: Callable[[], bytes], code: str, phrase: str) -> None:
    with pytest.raises(ValidationError) as refus:
        list(ouvrir(faire(), "fiches").lignes)
    assert (refus.value.code, phrase in refus.value.message) == (code, True), refus.value.message


def test_a_file_too_heavy_is_not_even_read() -> None:
    with pytest.raises(ValidationError, match="20 Mo au plus"):
        tables.ouvrir(io.BytesIO(), tables.TAILLE_MAX + 1, "f", TITRES.__contains__)


def test_the_memory_does_not_grow_with_the_rows() -> None:
    flux = io.BytesIO(b"Titre;Debut\n" + b"Une action;2027\n" * 400_000)
    tracemalloc.start()
    table = tables.ouvrir(flux, 1, "f", TITRES.__contains__)
    for _, _ligne in zip(range(5_001), table.lignes, strict=False):
        pass
    _, pic = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pic < 4 * 1024 * 1024
