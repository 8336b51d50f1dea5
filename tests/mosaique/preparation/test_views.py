"""The page of the files: rights, what a bad file is told, the preview and its confirmation."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from pytest_django import DjangoAssertNumQueries

from mosaique import actions
from mosaique.models import ImportPrepare, Mosaique
from mosaique.preparation.tasks import oublier_imports
from tests.factories import mosaique as fabrique
from tests.mosaique.droits import LectureReservee
from tests.mosaique.preparation.conftest import Remplir
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Evenement

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
FICHIERS = "/mosaique/33032/2027/fichiers/"
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize("page", [FICHIERS, f"{FICHIERS}classeur.xlsx", f"{FICHIERS}reponses.csv"])
class TestLecture(LectureReservee):
    pass


def envoyer(client: Client, contenu: bytes, nom: str = "mosaique.xlsx") -> HttpResponse:
    return client.post(FICHIERS, {"fichier": SimpleUploadedFile(nom, contenu)})  # type: ignore[return-value]


def lisible(reponse: HttpResponse) -> str:
    return " ".join(reponse.content.decode().replace("\u00a0", " ").split())


def zip_de(**fichiers: bytes) -> bytes:
    flux = BytesIO()
    with zipfile.ZipFile(flux, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in fichiers.items():
            archive.writestr(nom.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), contenu)
    return flux.getvalue()


def trois_cents_colonnes() -> bytes:
    classeur, flux = Workbook(), BytesIO()
    page = classeur.active
    assert page is not None
    page.append(list(range(300)))
    classeur.save(flux)
    return flux.getvalue()


MAUVAIS: list[tuple[bytes, int, str]] = [
    (b"", 422, "Ce fichier est vide"),
    ("Code;Réponse\r\nA1 niveau;2\r\n".encode("cp1252"), 422, "est un fichier de texte (CSV, par exemple)"),
    (CFB + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), 422, "est protégé par un mot de passe"),
    (CFB + b"\0" * 600, 422, "est dans l’ancien format XLS"),
    (b"%PDF-1.7\n", 422, "n’est pas un classeur XLSX"),
    (b"PK\x03\x04" + b"\0" * 40, 422, "est abîmé"),
    (zip_de(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), 422, "n’est pas un classeur XLSX"),
    (zip_de(xl__workbook_xml=b"<x/>", xl__vbaProject_bin=b"x"), 422, "contient des macros"),
    (zip_de(xl__workbook_xml=b"<x/>"), 422, "ne s’ouvre pas comme un classeur"),
    (zip_de(xl__workbook_xml=b"0" * 30_000_000), 422, "se déplie en un fichier démesuré"),
    (trois_cents_colonnes(), 422, "n’est pas le classeur de la mosaïque"),
    (b"PK\x03\x04" + b"\0" * (2 * 1024 * 1024), 413, "dépasse 2 Mo"),
]


@pytest.mark.parametrize(("contenu", "statut", "phrase"), MAUVAIS, ids=[phrase for _, _, phrase in MAUVAIS])
def test_a_file_that_cannot_be_taken_is_told_why(
    contenu: bytes, statut: int, phrase: str, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    reponse = envoyer(connecte(referente), contenu)
    assert reponse.status_code == statut
    assert phrase in lisible(reponse)
    assert not ImportPrepare.objects.exists()


class TestImport:
    @pytest.fixture
    def client(self, referente: Utilisateur, connecte: Connecte) -> Client:
        return connecte(referente)

    def test_the_preview_says_before_and_after_and_writes_nothing(
        self, client: Client, mosaique: Mosaique, remplir: Remplir
    ) -> None:
        fabrique.repondre(mosaique, "A1", 1)
        reponse = envoyer(client, remplir({"A1 niveau": 3, "A1 commentaire": "<b>Neuf</b>", "B1.1": "Peut-être"}))
        page = lisible(client.get(reponse.url))  # type: ignore[attr-defined]
        assert '<td><span class="texte-libre">1 – Initié</span></td>' in page
        assert "3 – Installé et mesuré" in page
        assert "&lt;b&gt;Neuf&lt;/b&gt;" in page
        assert "<strong>B1</strong>, feuille « B Vivre ensemble », cellule C9 : le statut « Peut-être »" in page
        assert mosaique.reponses.get(enjeu__code="A1").niveau == 1

    def test_the_workbook_as_it_left_says_that_nothing_changes(self, client: Client, repondue: Mosaique) -> None:
        contenu = client.get(f"{FICHIERS}classeur.xlsx").content
        reponse = envoyer(client, contenu)
        assert "Rien ne change" in lisible(client.get(reponse.url))  # type: ignore[attr-defined]

    def test_confirming_saves_the_ticked_enjeux_at_once_and_a_second_click_does_nothing(
        self, client: Client, mosaique: Mosaique, remplir: Remplir, referente: Utilisateur
    ) -> None:
        apercu = envoyer(client, remplir({"A1 niveau": 3, "A2 niveau": 2, "A3 niveau": 1})).url  # type: ignore[attr-defined]
        choix = {f"version_A{n}": "0" for n in (1, 2, 3)} | {"enjeu_A1": "oui", "enjeu_A3": "oui"}
        assert client.post(apercu, choix).url == mosaique.get_absolute_url()  # type: ignore[attr-defined]
        client.post(apercu, choix)
        lues = dict(mosaique.reponses.order_by("enjeu__code").values_list("enjeu__code", "niveau"))
        assert (lues["A1"], lues["A2"], lues["A3"]) == (3, None, 1)
        assert set(mosaique.reponses.values_list("numero_version", flat=True)) == {0, 1}
        trace = Evenement.objects.de(mosaique).get(verbe="importer un classeur")
        assert (trace.par, trace.donnees["enjeux"]) == (referente, ["A1", "A3"])
        assert "déjà enregistré" in lisible(client.get(apercu, follow=True))

    def test_an_answer_saved_since_the_preview_stops_everything_and_both_are_shown(
        self, client: Client, mosaique: Mosaique, remplir: Remplir, redactrice: Utilisateur
    ) -> None:
        apercu = envoyer(client, remplir({"A1 niveau": 3, "A2 niveau": 2})).url  # type: ignore[attr-defined]
        fabrique.repondre(mosaique, "A1", 4, par=redactrice)
        choix = {"version_A1": "0", "version_A2": "0", "enjeu_A1": "oui", "enjeu_A2": "oui"}
        reponse = client.post(apercu, choix)
        assert reponse.status_code == 409
        page = lisible(reponse)  # type: ignore[arg-type]
        assert "Rien n’est enregistré" in page
        assert "4 – Exemplaire et partagé" in page
        assert str(redactrice) in page
        assert page.count(" checked") == 1
        assert mosaique.reponses.get(enjeu__code="A2").niveau is None
        client.post(apercu, choix | {"version_A1": "1"})
        assert mosaique.reponses.get(enjeu__code="A1").niveau == 3

    def test_ticking_nothing_or_coming_too_late_saves_nothing(
        self, client: Client, mosaique: Mosaique, remplir: Remplir
    ) -> None:
        apercu = envoyer(client, remplir({"A1 niveau": 3})).url  # type: ignore[attr-defined]
        assert "Choisissez au moins un enjeu" in lisible(client.post(apercu, {"version_A1": "0"}, follow=True))  # type: ignore[arg-type]
        ImportPrepare.objects.update(expire_le=timezone.now() - timedelta(seconds=1))
        reponse = client.post(apercu, {"version_A1": "0", "enjeu_A1": "oui"}, follow=True)
        assert "a plus d’un jour" in lisible(reponse)  # type: ignore[arg-type]
        assert mosaique.reponses.get(enjeu__code="A1").niveau is None
        envoyer(client, remplir({}))
        assert (oublier_imports(), ImportPrepare.objects.count()) == (1, 1)

    def test_a_frozen_mosaique_takes_no_workbook_and_says_why(
        self, client: Client, mosaique: Mosaique, remplir: Remplir
    ) -> None:
        contenu = remplir({"A1 niveau": 3})
        apercu = envoyer(client, contenu).url  # type: ignore[attr-defined]
        actions.figer(mosaique, par=None)
        assert "La mosaïque est figée" in lisible(client.get(FICHIERS))  # type: ignore[arg-type]
        for reponse in (envoyer(client, contenu), client.post(apercu, {"version_A1": "0", "enjeu_A1": "oui"})):
            assert reponse.status_code == 403
        assert client.get(f"{FICHIERS}reponses.json").status_code == 200

    def test_the_preview_belongs_to_its_sender(
        self,
        client: Client,
        mosaique: Mosaique,
        remplir: Remplir,
        connecte: Connecte,
        redactrice: Utilisateur,
        voisine: Utilisateur,
    ) -> None:
        apercu = envoyer(client, remplir({"A1 niveau": 3})).url  # type: ignore[attr-defined]
        assert connecte(redactrice).get(apercu).status_code == 404
        assert connecte(voisine).get(apercu).status_code == 404

    def test_who_does_not_fill_does_not_import(
        self, mosaique: Mosaique, connecte: Connecte, lectrice: Utilisateur, voisine: Utilisateur, client: Client
    ) -> None:
        assert envoyer(connecte(lectrice), b"PK").status_code == 403
        assert envoyer(connecte(voisine), b"PK").status_code == 404
        assert envoyer(Client(), b"PK").status_code == 302
        assert client.get(f"{FICHIERS}reponses.ods").status_code == 404

    def test_the_preview_reads_the_answers_once_whatever_their_number(
        self,
        client: Client,
        mosaique: Mosaique,
        remplir: Remplir,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        un = envoyer(client, remplir({"A1 niveau": 3})).url  # type: ignore[attr-defined]
        trois = envoyer(client, remplir({f"B{n} niveau": 3 for n in (1, 2, 3)})).url  # type: ignore[attr-defined]
        client.get(un)
        with django_assert_num_queries(6):
            client.get(un)
        with django_assert_num_queries(6):
            client.get(trois)


def test_the_blank_workbook_is_for_anyone(mosaique: Mosaique, client: Client) -> None:
    reponse = client.get("/referentiel/2027/questions.xlsx")
    assert reponse["Cache-Control"] == "public, max-age=3600"
    accueil = load_workbook(BytesIO(reponse.content))["Mode d’emploi"]
    assert "33032" not in {accueil.cell(r, 2).value for r in range(1, 10)}
