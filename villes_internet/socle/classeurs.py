"""Workbooks (XLSX) in and out, as rows of plain values: no formula is ever written, none is computed when read."""

import csv
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from villes_internet.socle.fichiers import verifier_zip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LISTES = "Listes"
LIGNES_MAX = 5_000
COLONNES_MAX = 60
LARGEUR_MAX = 60
DEPLIE_MAX = 8 * 1024 * 1024  # sixty times what our own workbook weighs, once decompressed
DEBUTS_DE_FORMULE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
FUSION = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_JOUR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ENTETE = PatternFill("solid", fgColor="22317A")
ILLISIBLES = (
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
    """``nom`` has 31 characters at most; every row has the length of ``entete``.

    ``listes``: {rank of a column: what its cells offer}, for a table to fill.
    """

    nom: str
    entete: Sequence[str]
    lignes: Iterable[Sequence[Any]]
    listes: Mapping[int, Sequence[str]] = field(default_factory=dict)


def ecrire_classeur(feuilles: Iterable[Feuille], titre: str) -> bytes:
    """A workbook with a frozen header a sheet, columns as wide as their text."""
    classeur = Workbook()
    classeur.remove(classeur.worksheets[0])
    classeur.properties.title, classeur.properties.creator = titre, "Villes Internet"
    classeur.properties.language = "fr"
    offertes = []
    for feuille in feuilles:
        _ecrire(page := classeur.create_sheet(feuille.nom), feuille)
        offertes += [(page, rang, choix) for rang, choix in feuille.listes.items()]
    if offertes:
        _offrir(classeur.create_sheet(LISTES), offertes)
    flux = BytesIO()
    classeur.save(flux)
    return flux.getvalue()


def _offrir(listes: Worksheet, offertes: Sequence[tuple[Worksheet, int, Sequence[str]]]) -> None:
    """The choices stand in a hidden sheet: written in the rule itself, a list ends at 255 characters."""
    listes.sheet_state = "hidden"
    for colonne, (page, rang, choix) in enumerate(offertes, start=1):
        for ligne, valeur in enumerate(choix, start=1):
            listes.cell(ligne, colonne, valeur)
        lettre, cible = get_column_letter(colonne), get_column_letter(rang + 1)
        regle = DataValidation("list", formula1=f"{LISTES}!${lettre}$1:${lettre}${len(choix)}", allow_blank=True)
        regle.error, regle.errorTitle = "Choisissez dans la liste.", "Valeur inconnue"
        regle.add(f"{cible}2:{cible}{LIGNES_MAX + 1}")
        page.add_data_validation(regle)


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
    except ILLISIBLES as erreur:
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


# Tables for other tools


def neutraliser(texte: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what would begin one."""
    return f"'{texte}" if texte.lstrip("'").startswith(DEBUTS_DE_FORMULE) else texte


def restaurer(texte: str) -> str:
    """The reverse of ``neutraliser``."""
    return texte[1:] if texte.startswith("'") and texte.lstrip("'").startswith(DEBUTS_DE_FORMULE) else texte


def lire_jour(valeur: Any) -> date | None:
    """A day as people write it: a real date, « 30/06/2027 », « 30-06-2027 » or « 2027-06-30 »; None for all else."""
    if isinstance(valeur, datetime):
        return valeur.date()
    if isinstance(valeur, date):
        return valeur
    ecrit = str(valeur).strip()
    trouve = _JOUR.fullmatch(ecrit)
    try:
        return date(int(trouve[3]), int(trouve[2]), int(trouve[1])) if trouve else parse_date(ecrit[:10])
    except ValueError:
        return None


def ecrire_csv(entete: Sequence[str], lignes: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 without a byte order mark, « ; » between the columns; dates are for the caller to write (ISO)."""
    flux = StringIO()
    redacteur = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    redacteur.writerow(entete)
    redacteur.writerows([neutraliser(v) if isinstance(v, str) else v for v in ligne] for ligne in lignes)
    return flux.getvalue().encode()


# A workbook that people filled: where each cell stands matters


@dataclass(frozen=True, slots=True)
class LigneLue:
    """``valeurs``: the cells from column A on; ``formules``: letters of the columns that hold a formula."""

    numero: int
    valeurs: Sequence[Any]
    formules: frozenset[str]


@dataclass(frozen=True, slots=True)
class FeuilleLue:
    """Without the empty rows. ``fusions``: references of the merged cells."""

    lignes: Sequence[LigneLue]
    fusions: Sequence[str]


def lire_cellules(contenu: bytes, nom: str) -> dict[str, FeuilleLue]:
    """{sheet: its rows}, formulas told apart, never computed; raises ``ValidationError`` in French."""
    _verifier_xlsx(contenu, nom)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            classeur = load_workbook(BytesIO(contenu), read_only=True, keep_links=False)
            lues = {page.title: _lire_feuille(page, contenu) for page in classeur.worksheets}
        classeur.close()
    except ILLISIBLES as erreur:
        raise ValidationError(
            f"« {nom} » ne s’ouvre pas comme un classeur : enregistrez-le à nouveau au format XLSX.", code="abime"
        ) from erreur
    return lues


def _lire_feuille(page: Any, contenu: bytes) -> FeuilleLue:
    lignes = []
    for cellules in page.iter_rows(max_row=LIGNES_MAX, max_col=COLONNES_MAX):
        if any(cellule.value not in {None, ""} for cellule in cellules):
            formules = frozenset(c.column_letter for c in cellules if c.data_type == "f")
            numero = next(c.row for c in cellules if c.value is not None)
            lignes.append(LigneLue(numero, [c.value for c in cellules], formules))
    with zipfile.ZipFile(BytesIO(contenu)) as archive:  # the streaming reader leaves the merged cells out
        fusions = [ref.decode() for ref in FUSION.findall(archive.read(page._worksheet_path))]
    return FeuilleLue(lignes, fusions)


def _verifier_xlsx(contenu: bytes, nom: str) -> None:
    """Whether it is a workbook that can be opened safely; each refusal says what to do."""
    if not contenu.startswith(b"PK"):
        raise ValidationError(pas_un_classeur(contenu, nom), code="type")
    try:
        verifier_zip(contenu, nom)
        with zipfile.ZipFile(BytesIO(contenu)) as archive:
            noms, deplie = set(archive.namelist()), sum(e.file_size for e in archive.infolist())
    except ValidationError as erreur:
        if erreur.code != "bombe":
            raise
        deplie, noms = DEPLIE_MAX + 1, set()
    if deplie > DEPLIE_MAX:
        raise ValidationError(
            f"« {nom} » se déplie en un fichier démesuré : repartez du classeur téléchargé ici.", code="bombe"
        )
    verifier_entrees(noms, nom)


def verifier_entrees(noms: Collection[str], nom: str) -> None:
    """A workbook without a program, by the names of what its archive holds."""
    if any(entree.endswith("vbaProject.bin") for entree in noms):
        raise ValidationError(
            f"« {nom} » contient des macros : enregistrez-le au format XLSX, sans macro.", code="macro"
        )
    if not any(entree.startswith("xl/") for entree in noms):
        raise ValidationError(
            f"« {nom} » n’est pas un classeur XLSX : ouvrez-le dans votre tableur, puis enregistrez-le au format XLSX.",
            code="type",
        )


def pas_un_classeur(contenu: bytes, nom: str) -> str:
    if contenu.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in contenu:
            return f"« {nom} » est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
        return f"« {nom} » est dans l’ancien format XLS : enregistrez-le au format XLSX."
    if b"\0" not in contenu[:4096] and not contenu.startswith(b"%PDF"):
        return (
            f"« {nom} » est un fichier de texte (CSV, par exemple), pas un classeur : l’extension ne suffit pas. "
            "Ouvrez-le dans votre tableur, puis enregistrez-le au format XLSX."
        )
    return f"« {nom} » n’est pas un classeur XLSX : renvoyez le classeur téléchargé ici, au format XLSX."
