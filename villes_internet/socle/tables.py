"""A table that people send, CSV or XLSX, read row after row: the memory taken does not grow with the file.

Each refusal is a ``ValidationError`` whose sentence says how to mend the file; code "taille" for what is too big.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from villes_internet.socle.classeurs import FUSION, ILLISIBLES, pas_un_classeur, restaurer, verifier_entrees

TAILLE_MAX = 20 * 1024 * 1024
DEPLIE_MAX = 80 * 1024 * 1024  # a workbook of 5,000 full rows unfolds to 30 MB
COLONNES_MAX = 100
CASE_MAX = 10_000  # characters kept of a cell: twice the longest that a field takes
CASE_ENTIERE = 131_072  # characters of a CSV cell; checked here: the limit of ``csv`` is anybody's to change
DEBUT = 20  # rows among which the headings are looked for
SEPARATEURS = ";,\t|"
BLOC = 1 << 20
Connaitre = Callable[[str], bool]
_INTERDITS = re.compile("[\0\ud800-\udfff]")  # what the database holds in no text
_PLAGE = re.compile(r"[A-Z]+(\d+):[A-Z]+(\d+)")


@dataclass(frozen=True, slots=True)
class LigneTable:
    """``numero``: as the spreadsheet counts. ``formules``: ranks of the cells that are one; they are not computed."""

    numero: int
    valeurs: list[str]
    formules: tuple[int, ...] = ()
    est_fusionnee: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under the headings, without the empty ones."""

    entete: list[str]
    lignes: Iterator[LigneTable]


def ouvrir(fichier: BinaryIO, taille: int, nom: str, connaitre: Connaitre) -> Table:
    """``connaitre`` recognises a heading: by it, titles and notes written above the headings are passed over."""
    if taille > TAILLE_MAX:
        raise ValidationError(
            f"« {nom} » pèse {taille / 1024 / 1024:.0f} Mo : 20 Mo au plus. Partagez-le en plusieurs fichiers.",
            code="taille",
        )
    debut = fichier.read(4096)
    fichier.seek(0)
    if not debut.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ValidationError(f"« {nom} » est vide : choisissez un autre fichier.", code="vide")
    lignes = (
        _lignes_xlsx(fichier, nom, connaitre)
        if debut.startswith(b"PK")
        else _lignes_csv(fichier, debut, nom, connaitre)
    )
    return _sous_les_titres(lignes, nom, connaitre)


def _sous_les_titres(lignes: Iterator[LigneTable], nom: str, connaitre: Connaitre) -> Table:
    pleines = (ligne for ligne in lignes if any(ligne.valeurs))
    debut = list(islice(pleines, DEBUT))
    if not debut:
        raise ValidationError(f"« {nom} » ne contient aucune ligne : choisissez un autre fichier.", code="vide")
    rang = max(range(len(debut)), key=lambda r: (_reconnus(debut[r].valeurs, connaitre), -r))
    titres = debut[rang]
    entete = [" ".join(titre.split())[:200] for titre in titres.valeurs]
    while entete and not entete[-1]:
        entete.pop()
    if len(entete) > COLONNES_MAX:
        raise ValidationError(
            f"« {nom} » a {len(entete)} colonnes : {COLONNES_MAX} au plus. Gardez celles qui disent vos fiches.",
            code="colonnes",
        )
    if titres.est_fusionnee:
        raise ValidationError(
            f"« {nom} » : les titres de colonnes (ligne {titres.numero}) sont fusionnés ; défaites la fusion.",
            code="fusion",
        )
    return Table(entete, chain(debut[rang + 1 :], pleines))


def _reconnus(valeurs: Iterable[str], connaitre: Connaitre) -> int:
    return sum(bool(valeur) and connaitre(valeur) for valeur in valeurs)


def en_texte(valeur: Any) -> str:
    """A cell as a person would write it: « 2027 » for 2027.0, ISO for a day, « oui » for true."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return valeur.date().isoformat() if valeur.time() == time() else valeur.isoformat(sep=" ")
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, float) and valeur.is_integer():
        valeur = int(valeur)
    return restaurer(_INTERDITS.sub("", str(valeur)[:CASE_MAX]).strip(" \u00a0"))


# CSV


def _lignes_csv(fichier: BinaryIO, debut: bytes, nom: str, connaitre: Connaitre) -> Iterator[LigneTable]:
    codage = _codage(fichier, debut, nom)
    # bytes that Windows-1252 does not know are shown as such rather than refused: the person sees them in the preview
    texte = io.TextIOWrapper(fichier, encoding=codage, errors="replace", newline="")
    separateur = _separateur(texte.read(64 * 1024), connaitre)
    texte.seek(0)
    lecteur = csv.reader(texte, delimiter=separateur)
    try:
        for numero, valeurs in enumerate(lecteur, start=1):
            if max(map(len, valeurs), default=0) > CASE_ENTIERE:
                raise csv.Error("the cell runs to the end of the file")
            yield LigneTable(numero, [en_texte(valeur) for valeur in valeurs])
    except csv.Error as erreur:
        raise ValidationError(
            f"« {nom} », ligne {lecteur.line_num} : une case ne finit pas. Un guillemet ouvert n’est pas refermé.",
            code="guillemet",
        ) from erreur
    finally:
        with suppress(ValueError):  # stopped before the end, and the request over: the file is closed already
            texte.detach()


def _codage(fichier: BinaryIO, debut: bytes, nom: str) -> str:
    """UTF-8 when every byte of it is; else Windows-1252, as French spreadsheets write it."""
    if debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in debut or debut.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise ValidationError(_pas_une_table(debut, nom), code="type")
    if debut.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        raise ValidationError(
            f"« {nom} » est une page web ou un fichier XML, pas un tableau : enregistrez-le au format CSV ou XLSX.",
            code="type",
        )
    decodeur = codecs.getincrementaldecoder("utf-8")()
    try:
        while bloc := fichier.read(BLOC):
            decodeur.decode(bloc)
        decodeur.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        fichier.seek(0)
    return "utf-8-sig"


def _pas_une_table(debut: bytes, nom: str) -> str:
    if debut.startswith(b"\xd0\xcf\x11\xe0"):
        return pas_un_classeur(debut, nom)
    return f"« {nom} » n’est ni un CSV ni un classeur XLSX : enregistrez votre tableau dans l’un de ces formats."


def _separateur(echantillon: str, connaitre: Connaitre) -> str:
    """The one under which the most headings are known, then that which makes the most columns."""

    def merite(separateur: str) -> tuple[int, int]:
        try:
            lues = list(islice(csv.reader(io.StringIO(echantillon, newline=""), delimiter=separateur), DEBUT))
        except csv.Error:
            return (0, 0)
        return max(((_reconnus(map(en_texte, ligne), connaitre), len(ligne)) for ligne in lues), default=(0, 0))

    return max(SEPARATEURS, key=merite)


# XLSX


def _lignes_xlsx(fichier: BinaryIO, nom: str, connaitre: Connaitre) -> Iterator[LigneTable]:
    _verifier_archive(fichier, nom)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # styles that openpyxl does not know
            classeur = load_workbook(fichier, read_only=True, keep_links=False)
        with closing(classeur):
            page = _page_des_titres(classeur.worksheets, connaitre)
            fusionnees = _lignes_fusionnees(fichier, page._worksheet_path)
            # rows without a cell come as empty tuples: the rank is the row's number
            for numero, cellules in enumerate(page.iter_rows(max_col=COLONNES_MAX + 300), start=1):
                yield _ligne(numero, cellules, numero in fusionnees)
    except ILLISIBLES as erreur:
        raise ValidationError(
            f"« {nom} » ne s’ouvre pas comme un classeur : enregistrez-le à nouveau au format XLSX.", code="abime"
        ) from erreur


def _ligne(numero: int, cellules: tuple[Any, ...], est_fusionnee: bool) -> LigneTable:
    formules, valeurs = [], []
    for rang, cellule in enumerate(cellules):
        est_formule = cellule.data_type == "f" or isinstance(cellule.value, ArrayFormula | DataTableFormula)
        valeurs.append("=…" if est_formule else en_texte(cellule.value))
        if est_formule:
            formules.append(rang)
    while valeurs and not valeurs[-1]:
        valeurs.pop()
    return LigneTable(numero, valeurs, tuple(formules), est_fusionnee)


def _page_des_titres(pages: list[Any], connaitre: Connaitre) -> Any:
    def reconnus(page: Any) -> int:
        debut = page.iter_rows(max_row=DEBUT, max_col=COLONNES_MAX, values_only=True)
        return max((_reconnus(map(en_texte, ligne), connaitre) for ligne in debut), default=0)

    return max(pages, key=reconnus)  # the first of those that recognise as many


def _verifier_archive(fichier: BinaryIO, nom: str) -> None:
    """Counted before anything is unfolded; an entry that lies about its size stops the reader by its checksum."""
    try:
        with zipfile.ZipFile(fichier) as archive:
            entrees = archive.infolist()
            noms = {entree.filename for entree in entrees}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as erreur:
        raise ValidationError(
            f"« {nom} » est abîmé et ne s’ouvre pas : enregistrez-le à nouveau.", code="abime"
        ) from erreur
    if any(entree.flag_bits & 1 for entree in entrees):
        raise ValidationError(f"« {nom} » est protégé par un mot de passe : enregistrez-le sans.", code="chiffre")
    if sum(entree.file_size for entree in entrees) > DEPLIE_MAX or len(entrees) > 2_000:
        raise ValidationError(
            f"« {nom} » se déplie en un fichier démesuré : partagez-le en plusieurs classeurs, sans images.",
            code="taille",
        )
    verifier_entrees(noms, nom)


def _lignes_fusionnees(fichier: BinaryIO, chemin: str) -> set[int]:
    """Numbers of the rows in which cells are merged: the streaming reader leaves the merged cells out."""
    numeros: set[int] = set()
    with zipfile.ZipFile(fichier) as archive, archive.open(chemin) as flux:
        reste = b""
        while bloc := flux.read(BLOC):
            for reference in FUSION.findall(reste + bloc):
                debut, fin = (int(n) for n in _PLAGE.fullmatch(reference.decode()).groups())  # type: ignore[union-attr]
                numeros.update(range(debut, min(fin, debut + 1_000) + 1))
            reste = bloc[-200:]
    return numeros
