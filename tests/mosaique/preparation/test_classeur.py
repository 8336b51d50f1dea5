"""The workbook to fill, and what is read back from it."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from mosaique.forms import COMMENTAIRE_MAX, MOTIF_MAX
from mosaique.models import Mosaique
from mosaique.preparation.lecture import lire
from mosaique.preparation.queries import apercu
from tests.factories import mosaique as fabrique
from tests.mosaique.preparation.conftest import Remplir, cases, ecrit
from villes_internet.referentiel.echanges import questionnaire
from villes_internet.socle.classeurs import Feuille, ecrire_classeur

pytestmark = pytest.mark.django_db


def refus(mosaique: Mosaique, contenu: bytes) -> list[str]:
    lu = apercu(mosaique, lire(contenu, "mosaique.xlsx", mosaique))
    return [f"{r.enjeu}, {r.lieu} : {r.raison}".replace("\u00a0", " ") for r in lu.refus]


def test_the_workbook_is_a_form_that_a_spreadsheet_keeps_whole(repondue: Mosaique) -> None:
    classeur = load_workbook(BytesIO(ecrit(repondue)))
    assert classeur.sheetnames[0] == "Mode d’emploi"
    assert [nom[0] for nom in classeur.sheetnames[1:-1]] == ["A", "B", "C", "D", "E"]
    assert classeur["Listes"].sheet_state == "hidden"
    page, rang = cases(classeur, "A1.1")
    assert (page.freeze_panes, page.print_title_rows, page.page_setup.fitToHeight) == ("C2", "$1:$1", 0)
    assert page.protection.sheet
    assert [page.cell(rang, colonne).protection.locked for colonne in range(1, 6)] == [True, True, False, False, False]
    assert page.cell(rang, 3).value == "Programmé"
    assert page.cell(rang, 4).value == datetime(2027, 6, 30)
    assert page.cell(rang + 1, 5).value == "Compétence de l’EPCI"
    listes = [v for v in page.data_validations.dataValidation if page.cell(rang, 3).coordinate in v.sqref]
    assert [v.formula1 for v in listes] == ["Listes!$B$2:$B$8"]
    assert [classeur["Listes"].cell(r, 2).value for r in (2, 8)] == ["Non renseigné", "En service et évalué"]
    commentaire = page.cell(cases(classeur, "A1 commentaire")[1], 3)
    assert (commentaire.data_type, commentaire.quotePrefix) == ("s", True)
    textes = {page.cell(r, 2).value for r in range(1, page.max_row + 1)}
    assert any(str(t).endswith("un interlocuteur nommé.") for t in textes)
    assert (questionnaire.COMMENTAIRE_MAX, questionnaire.MOTIF_MAX) == (COMMENTAIRE_MAX, MOTIF_MAX)


def test_the_workbook_that_comes_back_as_it_left_changes_nothing(repondue: Mosaique, remplir: Remplir) -> None:
    lu = apercu(repondue, lire(remplir({}), "mosaique.xlsx", repondue))
    assert (lu.enjeux, lu.refus, lu.remarques) == ((), (), ())


def test_the_blank_workbook_is_filled_for_whoever_sends_it(mosaique: Mosaique, remplir: Remplir) -> None:
    def vider(classeur: Workbook) -> None:
        accueil = classeur["Mode d’emploi"]
        for rang in range(1, 8):
            if accueil.cell(rang, 1).value in {"Collectivité", "Année"}:
                accueil.cell(rang, 2).value = None
        del classeur["Listes"]

    lu = apercu(mosaique, lire(remplir({"E4 niveau": "4 – Exemplaire et partagé"}, vider), "x.xlsx", mosaique))
    assert [(e.code, e.saisie.niveau, e.a_change_depuis) for e in lu.enjeux] == [("E4", 4, False)]


def test_each_filled_cell_becomes_a_change_and_an_empty_one_leaves_the_answer(
    repondue: Mosaique, remplir: Remplir
) -> None:
    def effacer(classeur: Workbook) -> None:
        page, rang = cases(classeur, "A1.3")
        page.cell(rang, 3).value = None

    rempli = remplir(
        {
            "A1 niveau": 3,
            "A1.1": ("  en SERVICE ", None, None),
            "A1.4": ("Programmé", "31/12/2027", None),
            "A1.7": ("non_concerne", None, "Sans\u200b objet"),
            "A1 commentaire": "Un texte neuf",
        },
        effacer,
    )
    (enjeu,) = apercu(repondue, lire(rempli, "x.xlsx", repondue)).enjeux
    changements = [(c.libelle.replace("\u00a0", " "), c.avant, c.apres) for c in enjeu.changements]
    assert changements[0] == ("Niveau", "2 – Structuré", "3 – Installé et mesuré")
    assert ("Conseil municipal retransmis ou en rediffusion : date prévue", "30/06/2027", "(vide)") in changements
    assert changements[-1] == ("Commentaire", "=Une démarche\nen deux lignes", "Un texte neuf")
    assert len(changements) == 8
    assert enjeu.saisie.services["A1.3"]["statut"] == "en_service"
    assert enjeu.saisie.services["A1.4"] == {"statut": "programme", "echeance": "2027-12-31", "motif": ""}
    assert enjeu.saisie.services["A1.7"]["motif"] == "Sans objet"


REFUSES: dict[str, tuple[Any, str]] = {
    "A1.1": ("En cours", "A1, feuille « A Démocratie et services », cellule C9 : le statut « En cours » est inconnu"),
    "A2 niveau": ("5", "A2, feuille « A Démocratie et services », cellule C23 : le niveau « 5 » est inconnu"),
    "A3.2": (("Programmé", "fin juin"), "cellule D40 : la date « fin juin » ne se lit pas : écrivez-la comme"),
    "A4.2": (("Programmé", "31/02/2027"), "cellule D55 : la date « 31/02/2027 » ne se lit pas"),
    "B1.3": (("Non concerné",), "B1, feuille « B Vivre ensemble », cellule E11 : « Non concerné » demande un motif"),
    "B2.3": (("Non concerné", None, "é" * 201), "cellule E26 : Assurez-vous que cette valeur comporte au plus 200"),
    "B4 commentaire": ("é" * 501, "cellule C61 : Assurez-vous que cette valeur comporte au plus 500 caractères"),
    "C1 commentaire": ("=1+1", "cellule C16 : c’est une formule : écrivez la valeur elle-même"),
}


def test_each_cell_that_cannot_be_taken_is_refused_with_its_place(mosaique: Mosaique, remplir: Remplir) -> None:
    trop = {f"D1.{rang}": ("Non concerné", None, "Compétence") for rang in range(1, 6)}
    contenu = remplir({code: valeur for code, (valeur, _) in REFUSES.items()} | trop | {"E1 niveau": 2})
    dits = refus(mosaique, contenu)
    attendus = [phrase for _, phrase in REFUSES.values()]
    attendus.append("cellule C13 : 5 services « Non concerné » sur 7, pour 4 au plus par enjeu")
    assert len(dits) == len(attendus)
    for dit, attendu in zip(dits, attendus, strict=True):
        assert attendu in dit
    reprenables = apercu(mosaique, lire(contenu, "x.xlsx", mosaique)).reprenables
    assert [enjeu.code for enjeu in reprenables] == ["E1"]


def test_rows_out_of_place_are_refused_or_read_where_they_are(mosaique: Mosaique, remplir: Remplir) -> None:
    def deranger(classeur: Workbook) -> None:
        page, rang = cases(classeur, "A1.1")
        page.merge_cells(start_row=rang, end_row=rang + 1, start_column=3, end_column=3)
        page, rang = cases(classeur, "B1 niveau")
        page.cell(rang, 1).value = None
        page, fin = cases(classeur, "A4 commentaire")
        for decalage, (code, valeur) in enumerate(
            [("Z9.1", "En service"), ("A2 niveau", 3), ("Total", None), ("B1 niveau", 1)], start=2
        ):
            page.cell(fin + decalage, 1).value, page.cell(fin + decalage, 3).value = code, valeur
        page.cell(fin, 9).value = "une note"

    contenu = remplir({"A2 niveau": 2}, deranger)
    lu = apercu(mosaique, lire(contenu, "x.xlsx", mosaique))
    raisons = [(r.enjeu, r.raison.replace("\u00a0", " ")) for r in lu.refus]
    assert [enjeu for enjeu, _ in raisons] == ["A1", "A1", "A2", ""]
    assert "fusionnées" in raisons[0][1]
    assert raisons[3][1] == "le code « Z9.1 » est inconnu dans le référentiel 2027"
    assert "est déjà à la ligne" in raisons[2][1]
    assert [(e.code, e.saisie.niveau) for e in lu.reprenables] == [("B1", 1)]
    assert ["à droite de la colonne E" in remarque for remarque in lu.remarques] == [True]


def test_a_date_or_a_motive_out_of_place_is_told(repondue: Mosaique, remplir: Remplir) -> None:
    lu = apercu(repondue, lire(remplir({"A1.3": (None, date(2027, 1, 1), "Trop tôt")}), "x.xlsx", repondue))
    assert len(lu.remarques) == 2
    assert lu.enjeux == ()


@pytest.mark.parametrize(
    ("cle", "valeur", "phrase"),
    [
        ("Référentiel", "2031", "suit le référentiel 2031, et cette mosaïque le référentiel 2027"),
        ("Collectivité", "11049", "est le classeur d’une autre collectivité (11049)"),
        ("Année", 2026, "a été écrit pour 2026"),
        ("Référentiel", None, "n’est pas le classeur de la mosaïque"),
    ],
)
def test_the_workbook_of_another_mosaique_is_refused_whole(
    cle: str, valeur: Any, phrase: str, mosaique: Mosaique
) -> None:
    accueil = {"Référentiel": "2027", "Collectivité": "33032", "Année": "2027"} | {cle: valeur}
    contenu = ecrire_classeur([Feuille("Mode d’emploi", ("Clé", "Valeur"), list(accueil.items()))], "essai")
    with pytest.raises(ValidationError) as erreur:
        lire(contenu, "x.xlsx", mosaique)
    assert phrase in erreur.value.messages[0]


def test_what_is_already_so_online_is_not_held_against_the_workbook(mosaique: Mosaique, remplir: Remplir) -> None:
    fabrique.repondre(mosaique, "A1", 1, ["non_concerne"] * 6 + ["pas_fait"])
    lu = apercu(mosaique, lire(remplir({"A1 niveau": 2}), "x.xlsx", mosaique))
    assert lu.refus == ()
    assert lu.nb_changements == 1


def test_an_enjeu_saved_since_the_workbook_was_written_is_told(mosaique: Mosaique, remplir: Remplir) -> None:
    contenu = remplir({"A1 niveau": 2, "A2 niveau": 2})
    fabrique.repondre(mosaique, "A1", 3)
    lu = apercu(mosaique, lire(contenu, "x.xlsx", mosaique))
    assert [(e.code, e.a_change_depuis) for e in lu.enjeux] == [("A1", True), ("A2", False)]
