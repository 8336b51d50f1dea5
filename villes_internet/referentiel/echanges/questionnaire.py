"""The questions of a version as a workbook to fill away from the network: blank, or with a town's present answers.

Each row that waits for an answer carries its key in column A (``A1 niveau``, ``A1.3``, ``A1 commentaire``), so that the
rows are found again whatever has been moved, sorted or inserted around them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from io import BytesIO
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from villes_internet.referentiel.queries import Arbre, EnjeuLu
from villes_internet.socle.classeurs import DEBUTS_DE_FORMULE

ACCUEIL, LISTES = "Mode d’emploi", "Listes"
REFERENTIEL, COLLECTIVITE, ANNEE = "Référentiel", "Collectivité", "Année"
NIVEAU, COMMENTAIRE = "niveau", "commentaire"
ENTETE = ("Code", "Question ou service", "Votre réponse", "Date prévue", "Motif si « Non concerné »")
LARGEURS = (16, 80, 36, 14, 44)
COMMENTAIRE_MAX, MOTIF_MAX = 500, 200  # characters as they are read; the form says the same

_BLEU = "22317A"
_NUIT, _PALE, _SAISIE = (PatternFill("solid", fgColor=c) for c in ("22317A", "E8EBF7", "FFFBEA"))
_FILET = Side(style="thin", color="9AA3B8")
_TRAIT = Border(left=_FILET, right=_FILET, top=_FILET, bottom=_FILET)
_DROITE, _HAUT = Alignment(vertical="center", wrap_text=True), Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class ReponseEcrite:
    """An answer as its cells say it. ``services``: {service code: (status, planned day, motive)}."""

    niveau: int | None = None
    services: Mapping[str, tuple[str, date | None, str]] = field(default_factory=dict)
    commentaire: str = ""
    numero_version: int = 0


@dataclass(frozen=True, slots=True)
class Identite:
    """Whose workbook it is; nobody's for the blank one."""

    code: str = ""
    nom: str = ""
    annee: int | None = None
    ecrite_le: str = ""


def libelle_niveau(rang: int, niveaux: list[str]) -> str:
    """« 2 – Structuré »: what the list offers, and what is read back by its first character."""
    return f"{rang} – {niveaux[rang]}"


def ecrire(arbre: Arbre, bareme: Mapping[str, Any], reponses: Mapping[str, ReponseEcrite], identite: Identite) -> bytes:
    """The workbook; ``reponses``: {enjeu code: answer}, those that are known."""
    classeur = Workbook()
    classeur.properties.title = f"Mosaïque des enjeux, {arbre.libelle}"
    classeur.properties.creator, classeur.properties.language = "Villes Internet", "fr"
    _accueil(classeur.worksheets[0], arbre, bareme, identite)
    for famille in arbre.familles:
        if famille.enjeux:
            page = classeur.create_sheet(nom_de_feuille(famille.code, famille.nom))
            _Page(page, bareme).ecrire(famille.enjeux, reponses)
    _listes(classeur.create_sheet(LISTES), bareme, arbre, reponses)
    flux = BytesIO()
    classeur.save(flux)
    return flux.getvalue()


def nom_de_feuille(code: str, nom: str) -> str:
    """31 characters, whole words, without those that a spreadsheet refuses."""
    propre = "".join(c for c in f"{code} {nom}" if c not in "[]:*?/\\'")
    return propre if len(propre) <= 31 else propre[:32].rsplit(" ", 1)[0][:31]


@cache
def _police(*, gras: bool = False, taille: int = 11, couleur: str = "000000") -> Font:
    return Font(name="Calibri", bold=gras, size=taille, color=couleur)


def _hauteur(page: Worksheet, rang: int, minimum: int = 1) -> None:
    """A row as high as its longest text: a spreadsheet does not do it for a file that it did not write."""
    lignes = minimum
    for colonne, cellule in enumerate(page[rang], start=1):
        largeur = page.column_dimensions[get_column_letter(colonne)].width * 0.95
        parts = str(cellule.value or "").split("\n")
        lignes = max(lignes, sum(max(1, ceil(len(part) / largeur)) for part in parts))
    page.row_dimensions[rang].height = 15 * lignes + 3


def _texte(page: Worksheet, rang: int, colonne: int, texte: str) -> Cell:
    """A text that never becomes a formula, even once somebody edits the cell."""
    cellule = page.cell(rang, colonne)
    assert isinstance(cellule, Cell)
    cellule.font, cellule.alignment = _police(), _HAUT
    cellule.value = ILLEGAL_CHARACTERS_RE.sub("", texte) or None
    if texte:
        cellule.data_type = "s"
    if texte.startswith(DEBUTS_DE_FORMULE):
        cellule.quotePrefix = True
    return cellule


def _accueil(page: Worksheet, arbre: Arbre, bareme: Mapping[str, Any], identite: Identite) -> None:
    page.title = ACCUEIL
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 16, 100
    titre = f"Mosaïque des enjeux {identite.annee or ''}".strip()
    _texte(page, 1, 1, titre).font = _police(gras=True, taille=18, couleur=_BLEU)
    lignes: list[tuple[str, str]] = [
        (REFERENTIEL, arbre.version_code),
        (COLLECTIVITE, identite.code),
        ("Nom", identite.nom or "(classeur vierge : il se complète pour la collectivité qui l’importe)"),
        (ANNEE, str(identite.annee or "")),
        ("Écrit le", identite.ecrite_le),
    ]
    rang = 3
    for cle, valeur in lignes:
        if cle in {REFERENTIEL, COLLECTIVITE, ANNEE} or valeur:
            _texte(page, rang, 1, cle).font = _police(gras=True)
            _texte(page, rang, 2, valeur)
            rang += 1
    for intitule, phrases in _explications(bareme):
        rang += 1
        _texte(page, rang, 1, intitule).font = _police(gras=True, taille=13, couleur=_BLEU)
        for phrase in phrases:
            rang += 1
            _texte(page, rang, 2, phrase)
        rang += 1
    for numero in range(1, rang):
        _hauteur(page, numero, 2 if numero == 1 else 1)
    _mettre_en_page(page, paysage=False)


def _explications(bareme: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    maximum = bareme.get("max_non_concernes", 0)
    preuves = {"action": " (une fiche action publiée le montre)", "evaluation": " (une fiche action évaluée le montre)"}
    return [
        (
            "Remplir",
            [
                "Une feuille par famille d’enjeux. Remplissez les cases à fond jaune ; le reste est protégé.",
                "Pour chaque enjeu, choisissez dans la liste le niveau de 0 à 4 : les niveaux s’ajoutent, le niveau 3 "
                "suppose ce que disent les niveaux 1 et 2.",
                "Pour chaque service, choisissez un statut dans la liste.",
                "La date prévue ne sert qu’au statut « Programmé » : écrivez-la comme 30/06/2027.",
                f"« Non concerné » demande un motif ({MOTIF_MAX} caractères au plus) et vaut pour {maximum} services "
                "au plus par enjeu.",
                f"Le commentaire compte {COMMENTAIRE_MAX} caractères au plus, tels qu’on les lit.",
                "Écrivez des valeurs, pas de formules ; ne fusionnez pas de cellules.",
            ],
        ),
        ("Les statuts", [f"{s['libelle']}{preuves.get(s.get('exige', ''), '')}" for s in bareme.get("statuts", [])]),
        (
            "Importer",
            [
                "Enregistrez le classeur au format XLSX, puis envoyez-le depuis la page de votre mosaïque, "
                "« Exporter, préparer hors ligne ».",
                "Rien n’est enregistré à l’envoi : une page montre, réponse par réponse, ce qui changerait.",
                "Une case vide laisse la réponse en ligne comme elle est. Pour effacer une réponse, passez par la page "
                "de l’enjeu ; le statut « Non renseigné » remet un service à zéro.",
                "Ne changez pas la colonne « Code » ni les cases de cette page : elles disent à quoi correspond chaque "
                "réponse.",
            ],
        ),
    ]


class _Page:
    """A sheet of enjeux, written from top to bottom."""

    def __init__(self, page: Worksheet, bareme: Mapping[str, Any]) -> None:
        self.page, self.niveaux = page, list(bareme.get("niveaux", []))
        self.libelles = {s["code"]: s["libelle"] for s in bareme.get("statuts", [])}
        self.rang = 1
        fin_niveaux, fin_statuts = len(self.niveaux) + 1, len(self.libelles) + 1
        self.choix_niveau = self._liste(f"$A$2:$A${fin_niveaux}", "Choisissez un niveau de la liste, de 0 à 4.")
        self.choix_statut = self._liste(f"$B$2:$B${fin_statuts}", "Choisissez un statut de la liste.")
        self.dates = DataValidation(
            type="date", operator="between", formula1="36526", formula2="73050", allow_blank=True
        )
        self.dates.errorTitle, self.dates.error = "Date prévue", "Écrivez la date comme 30/06/2027."
        self.dates.promptTitle, self.dates.prompt = "Date prévue", "Si le service est « Programmé » : 30/06/2027."
        for validation in (self.choix_niveau, self.choix_statut, self.dates):
            validation.showErrorMessage = validation.showInputMessage = True

    def _liste(self, plage: str, erreur: str) -> DataValidation:
        validation = DataValidation(type="list", formula1=f"{LISTES}!{plage}", allow_blank=True)
        validation.errorTitle, validation.error = "Réponse inconnue", erreur
        return validation

    def ecrire(self, enjeux: Iterable[EnjeuLu], reponses: Mapping[str, ReponseEcrite]) -> None:
        for colonne, (titre, largeur) in enumerate(zip(ENTETE, LARGEURS, strict=True), start=1):
            cellule = _texte(self.page, 1, colonne, titre)
            cellule.font, cellule.fill, cellule.alignment = _police(gras=True, couleur="FFFFFF"), _NUIT, _DROITE
            self.page.column_dimensions[cellule.column_letter].width = largeur
        for numero, enjeu in enumerate(enjeux):
            if numero and numero % 2 == 0:
                self.page.row_breaks.append(Break(id=self.rang))
            self._enjeu(enjeu, reponses.get(enjeu.code, ReponseEcrite()))
        for rang in range(1, self.rang + 1):
            _hauteur(self.page, rang, 4 if str(self.page.cell(rang, 1).value).endswith(COMMENTAIRE) else 1)
        for validation in (self.choix_niveau, self.choix_statut, self.dates):
            if validation.sqref.ranges:  # one that holds for no cell makes Excel mend the file
                self.page.add_data_validation(validation)
        self.page.freeze_panes = "C2"
        self.page.print_title_rows = "1:1"
        _mettre_en_page(self.page, paysage=True)

    def _enjeu(self, enjeu: EnjeuLu, reponse: ReponseEcrite) -> None:
        self._ligne(enjeu.code, enjeu.nom)
        for colonne in range(1, len(ENTETE) + 1):
            cellule = self.page.cell(self.rang, colonne)
            cellule.font, cellule.fill = _police(gras=True, taille=13, couleur=_BLEU), _PALE
        for rang, descripteur in enumerate(enjeu.niveaux):
            nom = self.niveaux[rang] if rang < len(self.niveaux) else ""
            self._ligne("", f"Niveau {rang}, {nom.lower()} : {descripteur}")
        if self.niveaux:
            self._ligne(f"{enjeu.code} {NIVEAU}", "Quel est votre niveau ?", gras=True)
            choisi = "" if reponse.niveau is None else libelle_niveau(reponse.niveau, self.niveaux)
            self.choix_niveau.add(self._case(3, choisi))
        for service in enjeu.services:
            self._ligne(service.code, service.nom)
            statut, echeance, motif = reponse.services.get(service.code, ("", None, ""))
            connu = statut if statut != "non_renseigne" else ""
            self.choix_statut.add(self._case(3, self.libelles.get(connu, "")))
            self.dates.add(self._case(4, echeance))
            self._case(5, motif)
        self._ligne(f"{enjeu.code} {COMMENTAIRE}", f"Commentaire ({COMMENTAIRE_MAX} caractères au plus)", gras=True)
        self._case(3, reponse.commentaire)

    def _ligne(self, code: str, texte: str, *, gras: bool = False) -> None:
        self.rang += 1
        _texte(self.page, self.rang, 1, code)
        _texte(self.page, self.rang, 2, texte).font = _police(gras=gras)

    def _case(self, colonne: int, valeur: str | date | None) -> Cell:
        """A cell to fill: the only unlocked ones."""
        cellule = _texte(self.page, self.rang, colonne, valeur if isinstance(valeur, str) else "")
        if not isinstance(valeur, str):
            cellule.value, cellule.number_format = valeur, "DD/MM/YYYY"
        cellule.fill, cellule.border = _SAISIE, _TRAIT
        cellule.protection = Protection(locked=False)
        return cellule


def _listes(page: Worksheet, bareme: Mapping[str, Any], arbre: Arbre, reponses: Mapping[str, ReponseEcrite]) -> None:
    """What the drop-downs offer, and the version of each answer that the workbook started from."""
    niveaux = list(bareme.get("niveaux", []))
    colonnes = (
        ["Niveaux", *[libelle_niveau(rang, niveaux) for rang in range(len(niveaux))]],
        ["Statuts", *[s["libelle"] for s in bareme.get("statuts", [])]],
        ["Enjeux", *[e.code for e in arbre.enjeux if e.code in reponses]],
    )
    for colonne, valeurs in enumerate(colonnes, start=1):
        for rang, valeur in enumerate(valeurs, start=1):
            _texte(page, rang, colonne, valeur)
    page.cell(1, 4, "Versions")
    for rang, code in enumerate(colonnes[2][1:], start=2):
        page.cell(rang, 4, reponses[code].numero_version)
    page.sheet_state = "hidden"
    page.protection.enable()


def _mettre_en_page(page: Worksheet, *, paysage: bool) -> None:
    """Labels locked (without a password: it guards from slips, not from people), one page wide on A4, numbered."""
    page.protection.enable()
    page.protection.formatColumns = page.protection.formatRows = False
    page.page_setup.orientation = "landscape" if paysage else "portrait"
    page.page_setup.paperSize = 9
    page.page_margins = PageMargins(left=0.5, right=0.5, top=0.5, bottom=0.8, footer=0.4)
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.HeaderFooter.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("&P / &N"))
