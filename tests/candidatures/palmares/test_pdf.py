"""The certificate says what was decided, holds on one page whatever the name, and can be read by everyone."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from candidatures.jury.models import Decision
from candidatures.palmares import pdf
from candidatures.palmares.calculs import grouper_code, nom_solennel
from candidatures.palmares.models import Certificat
from tests.factories import palmares
from villes_internet.territoires.models import Collectivite

CONTENU: dict[str, Any] = {
    "numero": "VI-2027-0042",
    "annee": 2027,
    "nom": "Bassens",
    "code_collectivite": "33032",
    "est_intercommunalite": False,
    "departement": "Gironde",
    "region": "Nouvelle-Aquitaine",
    "arobases": 4,
    "est_verte": True,
    "mentions": ["Transition écologique", "Démocratie locale"],
    "publie_le": "2027-03-22",
    "emis_le": "2027-03-22",
    "signataire": "Paule Martin",
}


def lire(octets: bytes) -> tuple[PdfReader, str]:
    lecteur = PdfReader(BytesIO(octets))
    return lecteur, " ".join(lecteur.pages[0].extract_text().split())


def rendre(**champs: Any) -> tuple[PdfReader, str]:
    contenu = {**CONTENU, **champs}
    return lire(pdf.rendre_certificat(Certificat(numero=contenu["numero"], code="7K2M9XQ4TB0C", contenu=contenu)))


@pytest.mark.django_db
def test_certificate_says_what_the_jury_decided(bassens: Collectivite) -> None:
    palmares.presidence()
    certificat = palmares.certificat(bassens)
    decision = Decision.objects.get(dossier__collectivite=bassens)
    with certificat.fichier.open("rb") as fichier:
        lecteur, texte = lire(fichier.read())
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == "Certificat VI-2027-0001, label 2027, Bassens"
    assert f"{decision.arobases} arobases, dont une verte" in texte
    for mention in decision.mentions.all():
        assert mention.nom in texte
    for attendu in ("Bassens", "Gironde", "2027", certificat.numero, grouper_code(certificat.code), "Paule Martin"):
        assert attendu in texte


def test_certificate_is_one_landscape_page_tagged_with_a_described_code() -> None:
    lecteur, _ = rendre()
    page = lecteur.pages[0]
    assert len(lecteur.pages) == 1
    assert float(page.mediabox.width) == pytest.approx(841.89, abs=1)
    assert float(page.mediabox.height) == pytest.approx(595.28, abs=1)
    elements = list(_elements(lecteur.trailer["/Root"]["/StructTreeRoot"]))
    roles = {str(e.get("/S")) for e in elements}
    assert {"/H1", "/P", "/Figure"} <= roles
    alternatives = [str(e["/Alt"]) for e in elements if "/Alt" in e]
    assert any("/verifier/7K2M9XQ4TB0C/" in alternative for alternative in alternatives)


def _elements(noeud: Any) -> Iterator[Any]:
    """Every element of the structure tree under ``noeud``."""
    objet = noeud.get_object()
    if isinstance(objet, list):
        for enfant in objet:
            yield from _elements(enfant)
    elif isinstance(objet, dict) and "/K" in objet:
        yield objet
        yield from _elements(objet["/K"])


@pytest.mark.parametrize(
    "nom",
    [
        "Y",
        "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
        nom_solennel("CA de La Rochelle"),
        nom_solennel("CC du Pays de Saint-Gilles-Croix-de-Vie Agglomération et des Monts de l'Atlantique en Vendée"),
        "Métropole " + "Xnxnxnxnxnxnxnxnxnxnxnxn-" * 4,
    ],
)
def test_certificate_holds_on_its_page_whatever_the_name(nom: str) -> None:
    mentions = ["Transition écologique", "Données ouvertes et communs", "Cybersécurité et résilience"]
    lecteur, texte = rendre(nom=nom, arobases=5, mentions=mentions)
    assert len(lecteur.pages) == 1
    assert (
        texte.replace(" ", "").replace("-", "").find(nom.replace(" ", "").replace("\u00a0", "").replace("-", "")) >= 0
    )
    droite = _bord_droit(lecteur)
    assert droite < 297 - 8


def _lettres(texte: str) -> str:
    """Without what a line break may add or take."""
    return re.sub(r"[\s-]", "", texte)


def _bord_droit(lecteur: PdfReader) -> float:
    """Where the rightmost text of the page begins, in millimetres."""
    debuts: list[float] = []

    def voir(texte: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if texte.strip():
            debuts.append((tm[4] * cm[0] + cm[4]) / 72 * 25.4)

    lecteur.pages[0].extract_text(visitor_text=voir)
    return max(debuts)


def test_certificate_without_mention_nor_presidence() -> None:
    _, texte = rendre(arobases=1, est_verte=False, mentions=[], signataire="", emis_le="2027-05-02")
    assert "1 arobase" in texte
    assert "mention" not in texte
    assert "Certificat émis le 2 mai 2027" in texte
    assert "L’association Villes Internet" in texte


def test_certificate_leads_to_its_verification(settings: Settings) -> None:
    settings.ADRESSE_PUBLIQUE = "https://label.example"
    assert pdf.contexte(CONTENU, "7K2M9XQ4TB0C")["adresse"] == "https://label.example/verifier/7K2M9XQ4TB0C/"
    _, texte = rendre()
    assert "label.example/verifier/" in texte


def test_tiles_have_one_green_where_it_is_due() -> None:
    assert pdf.contexte(CONTENU, "X")["tuiles"] == ["or", "or", "or", "verte"]
    assert pdf.contexte({**CONTENU, "est_verte": False}, "X")["tuiles"] == ["or"] * 4
