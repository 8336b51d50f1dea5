"""The file itself: what is told of a bad one, what goes out and comes back."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client
from openpyxl import load_workbook

from atlaas.imports.colonnes import deviner, titres
from atlaas.models import Action, ImportFiches
from tests.atlaas.imports.envois import IMPORTER, confirmer, csv, dernier, envoyer, lisible, relier
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
EXPORT = "/espace/33032/fiches/export."


@pytest.fixture
def client(referente: Utilisateur, connecte: Connecte) -> Client:
    ground.version_publiee()
    return connecte(referente)


MAUVAIS = [
    (b"", "f.csv", 422, "est vide"),
    (b"<html>", "fiches.csv", 422, "est une page web"),
    (b"Nom;Prix\n", "fiches.csv", 422, "mais aucune ligne dessous"),
    (b"Prix;Couleur\n1;2\n", "fiches.csv", 422, "partez du modèle"),
    (b"Titre\n" + b"x\n" * 1_000_000, "million.csv", 413, "a plus de 5 000 lignes"),
    (b"Titre\n" + b"x" * 20 * 1024 * 1024, "lourd.csv", 413, "20 Mo au plus"),
    (b'[{"id": 1}, 3]', "lieux.json", 422, "n’est pas un JSON lisible"),
    (b"[]", "lieux.json", 422, "ne contient aucun lieu"),
]


@pytest.mark.parametrize(("contenu", "nom", "statut", "phrase"), MAUVAIS, ids=[phrase for *_, phrase in MAUVAIS])
def test_a_file_that_cannot_be_taken_is_told_why_and_leaves_nothing(
    client: Client, contenu: bytes, nom: str, statut: int, phrase: str
) -> None:
    reponse = envoyer(client, contenu, nom)
    assert (reponse.status_code, phrase in lisible(reponse)) == (statut, True)
    assert not ImportFiches.objects.exists()


def test_no_file_at_all(client: Client) -> None:
    reponse = client.post(IMPORTER)
    assert (reponse.status_code, "Choisissez le fichier" in lisible(reponse)) == (422, True)


def test_a_large_file_is_read_from_the_disk(client: Client) -> None:
    envoye = TemporaryUploadedFile("fiches.csv", "text/csv", 0, "utf-8")
    envoye.write(csv(("Halle", "été"), entete=("Titre", "Résumé"), codage="cp1252"))
    envoye.size = envoye.tell()
    envoye.seek(0)
    client.post(IMPORTER, {"fichier": envoye})
    assert dernier().lignes.get().valeurs == ["Halle", "été"]


def test_headings_are_recognised_exactly_then_nearly() -> None:
    assert deviner([*titres().values(), "État"]) == {nom: rang for rang, nom in enumerate(titres())}
    assert deviner(["INTITULÉ", "resumé ", "Logiciel(s) libre", "Date de debut", "?", ""]) == {
        "titre": 0,
        "resume": 1,
        "est_libre": 2,
        "date_debut": 3,
    }


def tout_remplir(bassens: Collectivite) -> Action:
    return atlaas.fiche(
        bassens,
        "A1.1",
        "C2.1",
        publiee=False,
        titre="=HYPERLINK(1) & co",
        resume="+ de 200 habitants",
        description="- une liste\n- « deux »; trois",
        publics_vises=["aines", "emploi"],
        publics="'-les aînés",
        stade="programmee",
        date_debut=date(2026, 1, 2),
        date_fin=date(2027, 6, 30),
        operateur="association",
        nom_operateur="@sso",
        indicateur_libelle="visites",
        indicateur_valeur=Decimal("1412.50"),
        cout="5k_20k",
        outils="Decidim, QGIS",
        est_libre=True,
        latitude=Decimal("44.90150"),
        longitude=Decimal("-0.51530"),
        lien="https://bassens.example/halle?a=1",
    )


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_goes_out_comes_back_unchanged(client: Client, bassens: Collectivite, format_: str) -> None:
    fiche = tout_remplir(bassens)
    atlaas.fiche(bassens, titre="Publiée")
    reponse = client.get(EXPORT + format_)
    assert reponse["Cache-Control"] == "private, no-store"
    if format_ == "csv":
        assert reponse.content.startswith(b"\xef\xbb\xbf")
        assert ";'=HYPERLINK(1) & co;'+ de 200" in reponse.content.decode()
    else:
        page = load_workbook(BytesIO(reponse.content))["Fiches"]
        assert "f" not in {cellule.data_type for ligne in page.iter_rows() for cellule in ligne}
    envoyer(client, reponse.content, f"fiches.{format_}")
    imprt = relier(client)
    assert imprt.bilan["inchangee"] == 2, list(imprt.lignes.values_list("refus", "champs"))
    relier(client, vides_effacent="oui")
    assert dernier().bilan["inchangee"] == 2
    assert Action.objects.get(pk=fiche.pk).version == 1


def test_the_template_offers_its_lists_and_its_help(client: Client) -> None:
    classeur = load_workbook(BytesIO(client.get(f"{IMPORTER}modele.xlsx").content))
    assert classeur.sheetnames == ["Fiches", "Mode d’emploi", "Services", "Listes"]
    assert classeur["Listes"].sheet_state == "hidden"
    regles = classeur["Fiches"].data_validations.dataValidation
    assert sorted(str(regle.formula1) for regle in regles)[0] == "Listes!$A$1:$A$5"
    assert classeur["Services"].max_row == 141
    aide = {ligne[0]: ligne[1] for ligne in classeur["Mode d’emploi"].iter_rows(values_only=True)}
    assert "120 caractères au plus" in str(aide["Titre"])
    vide = client.get(f"{IMPORTER}modele.csv").content.decode("utf-8-sig")
    assert vide.rstrip().split(";") == list(titres().values())
    assert client.get(f"{IMPORTER}modele.ods").status_code == 404


def test_the_export_is_for_those_who_see_the_working_list(
    bassens: Collectivite, connecte: Connecte, lectrice: Utilisateur, voisine: Utilisateur
) -> None:
    ground.version_publiee()
    assert connecte(lectrice).get(f"{EXPORT}csv").status_code == 200
    assert f'href="{EXPORT}xlsx"' in connecte(lectrice).get("/espace/33032/fiches/").content.decode()
    assert connecte(voisine).get(f"{EXPORT}csv").status_code == 404
    assert Client().get(f"{EXPORT}csv").status_code == 302


def test_a_pasted_word_text_is_cleaned_and_counted_as_in_the_form(client: Client) -> None:
    word = "\uf0b7 d’abord\u200b\u000bpuis\u00ad"
    envoyer(client, csv(("Halle", f'"{word}"', "é" * 300), entete=("Titre", "Description", "Résumé")))
    relier(client)
    confirmer(client)
    fiche = Action.objects.get()
    assert (fiche.description, len(fiche.resume)) == ("• d’abord\npuis", 300)
