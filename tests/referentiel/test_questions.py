"""The questions of a version as an accessible PDF, for anyone once it is published."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.factories import ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.pdf import questions

pytestmark = pytest.mark.django_db
Ouvrir = Callable[[Utilisateur], Client]
ADRESSE = "/referentiel/2027/questions.pdf"
CLASSEUR = "/referentiel/2027/questions.xlsx"


def texte(octets: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(octets)).pages).split())


def test_anyone_reads_a_published_version_set_once_and_again_after_a_correction(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = ground.version_publiee()
    reponse = client.get(ADRESSE)
    assert reponse.status_code == 200
    assert reponse["Content-Type"] == "application/pdf"
    assert reponse["Cache-Control"] == "public, max-age=3600"
    lecteur = PdfReader(BytesIO(reponse.content))
    racine = lecteur.trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"]
    assert racine["/Lang"] == "fr"
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == "Les questions de la mosaïque des enjeux, Référentiel 2027"
    lu = texte(reponse.content)
    assert "Démocratie locale" in lu
    assert "Interpellation ou pétition en ligne" in lu
    assert "Tests avec des usagers" in lu
    assert "Brouillon" not in lu
    with monkeypatch.context() as sans_moteur:
        sans_moteur.delattr("villes_internet.referentiel.pdf.rendre_pdf")
        assert questions(Version.objects.get(pk=version.pk)) == reponse.content
    actions.corriger(version, "enjeu:A1", "Démocratie de proximité", par=None, motif="Coquille")
    assert "Démocratie de proximité" in texte(questions(version))


def test_a_draft_is_read_by_the_association_only_and_says_that_it_is_one(
    client: Client, referente: Utilisateur, chargee_de_mission: Utilisateur, connecte: Ouvrir
) -> None:
    actions.importer_version(actions.charger_donnees("2027"))
    assert client.get(ADRESSE).status_code == 404
    assert connecte(referente).get(ADRESSE).status_code == 404
    reponse = connecte(chargee_de_mission).get(ADRESSE)
    assert reponse["Cache-Control"] == "private, no-store"
    assert "Brouillon" in texte(reponse.content)
    assert client.get("/referentiel/1999/questions.pdf").status_code == 404


def test_the_members_of_a_town_find_the_questions_from_their_mosaique(referente: Utilisateur, connecte: Ouvrir) -> None:
    mosaique = fabrique.mosaique(referente.habilitations.get().collectivite)
    client = connecte(referente)
    fichiers = f"{mosaique.get_absolute_url()}fichiers/"
    assert f'href="{fichiers}"' in client.get(mosaique.get_absolute_url()).content.decode()
    page = client.get(fichiers).content.decode()
    assert f'href="{ADRESSE}"' in page
    assert f'href="{CLASSEUR}"' in page


def test_a_historical_version_lists_its_themes() -> None:
    version = actions.importer_version(actions.charger_donnees("2004"))
    assert "Dialogue" in texte(questions(version))
    assert Client().get("/referentiel/2004/questions.xlsx").status_code == 404
