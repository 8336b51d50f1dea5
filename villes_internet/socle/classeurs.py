"""Workbooks (XLSX) in and out, as rows of plain values: no formula is ever written, none is computed when read."""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from villes_internet.socle.fichiers import verifier_zip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIGNES_MAX = 5_000
COLONNES_MAX = 60
LARGEUR_MAX = 60
_ENTETE = PatternFill("solid", fgColor="22317A")
_ILLISIBLES = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    BadZipFile,
    ParseError,
)


@dataclass(frozen=True, slots=True)
class Feuille:
    """``nom`` has 31 characters at most; every row has the length of ``entete``."""

    nom: str
    entete: Sequence[str]
    lignes: Iterable[Sequence[Any]]


def ecrire_classeur(feuilles: Iterable[Feuille], titre: str) -> bytes:
    """A workbook with a frozen header a sheet, columns as wide as their text."""
    classeur = Workbook()
    classeur.remove(classeur.worksheets[0])
    classeur.properties.title, classeur.properties.creator = titre, "Villes Internet"
    classeur.properties.language = "fr"
    for feuille in feuilles:
        _ecrire(classeur.create_sheet(feuille.nom), feuille)
    flux = BytesIO()
    classeur.save(flux)
    return flux.getvalue()


def _ecrire(page: Worksheet, feuille: Feuille) -> None:
    largeurs = [len(titre) for titre in feuille.entete]
    for rang, valeurs in enumerate([feuille.entete, *feuille.lignes], start=1):
        for colonne, valeur in enumerate(valeurs, start=1):
            cellule = page.cell(rang, colonne, valeur)
            if isinstance(valeur, str):
                cellule.data_type = "s"  # a text that starts with « = » stays a text
                largeurs[colonne - 1] = max(largeurs[colonne - 1], min(len(valeur), LARGEUR_MAX))
            cellule.alignment = Alignment(vertical="top", wrap_text=True)
            if rang == 1:
                cellule.font, cellule.fill = Font(bold=True, color="FFFFFF"), _ENTETE
    for colonne, largeur in enumerate(largeurs, start=1):
        page.column_dimensions[get_column_letter(colonne)].width = largeur + 3
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"


def lire_classeur(contenu: bytes, nom: str) -> dict[str, list[list[Any]]]:
    """{sheet: rows of values, header included, without the empty rows}; raises ``ValidationError`` in French."""
    verifier_zip(contenu, nom)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # styles that openpyxl does not know
            classeur = load_workbook(BytesIO(contenu), read_only=True, data_only=True, keep_links=False)
            lues = {page.title: _lire(page) for page in classeur.worksheets}
        classeur.close()
    except _ILLISIBLES as erreur:
        raise ValidationError(
            f"« {nom} » ne s’ouvre pas comme un classeur : enregistrez-le à nouveau au format XLSX.", code="abime"
        ) from erreur
    return lues


def _lire(page: Any) -> list[list[Any]]:
    """Rows of one length, that of the widest: a sheet's own idea of its width is not to be believed."""
    lignes = page.iter_rows(max_row=LIGNES_MAX, max_col=COLONNES_MAX, values_only=True)
    pleines = [list(ligne) for ligne in lignes if any(valeur not in {None, ""} for valeur in ligne)]
    largeur = max((rang for ligne in pleines for rang, v in enumerate(ligne, start=1) if v is not None), default=0)
    return [[*ligne[:largeur], *[None] * (largeur - len(ligne))] for ligne in pleines]
