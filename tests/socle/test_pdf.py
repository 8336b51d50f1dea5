"""The promise of every PDF: tagged, titled, in French, our fonts, nothing from elsewhere, the same bytes twice."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from villes_internet.socle import pdf

Rendre = Callable[..., bytes]
PHRASE = "Déposé le 22 novembre, à L’Haÿ-les-Roses : « 35\u202f000 lectures », cœur – œuvre."


@pytest.fixture
def rendre(settings: Settings, tmp_path: Path) -> Rendre:
    """Set a template's text as a PDF."""
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]},
    ]

    def depuis(corps: str, **contexte: object) -> bytes:
        gabarit = '{% extends "pdf/base.html" %}{% block contenu %}' + corps + "{% endblock %}"
        (tmp_path / "essai.html").write_text(gabarit, encoding="utf-8")
        return pdf.rendre_pdf("essai.html", contexte, "Récépissé de dépôt")

    return depuis


def polices(lecteur: PdfReader) -> dict[str, bool]:
    """{font name: embedded} over all pages."""
    trouvees = {}
    for page in lecteur.pages:
        for police in page["/Resources"]["/Font"].values():
            descendante = police["/DescendantFonts"][0]
            descripteur = descendante["/FontDescriptor"]
            trouvees[police["/BaseFont"]] = any(f"/FontFile{n}" in descripteur for n in ("", "2", "3"))
    return trouvees


def test_pdf_is_tagged_titled_french_and_says_it_is_pdf_ua(rendre: Rendre) -> None:
    lecteur = PdfReader(BytesIO(rendre("<p>{{ phrase }}</p>", phrase=PHRASE)))
    racine = lecteur.trailer["/Root"]
    assert racine["/MarkInfo"]["/Marked"]
    assert "/K" in racine["/StructTreeRoot"]
    assert racine["/Lang"] == "fr"
    assert racine["/ViewerPreferences"]["/DisplayDocTitle"]
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == "Récépissé de dépôt"
    xmp = racine["/Metadata"].get_data()
    assert b'pdfuaid:part="1"' in xmp
    assert "Récépissé de dépôt".encode() in xmp


def test_pdf_embeds_our_fonts_and_no_other(rendre: Rendre) -> None:
    lecteur = PdfReader(BytesIO(rendre("<p>{{ phrase }} <strong>Gras</strong></p>", phrase=PHRASE)))
    trouvees = polices(lecteur)
    assert all(trouvees.values())
    assert {nom.split("+")[1].rsplit("-", 1)[0] for nom in trouvees} <= {
        "Bricolage-Grotesque",
        "Atkinson-Hyperlegible",
        "Atkinson",
    }


def test_pdf_text_can_be_extracted_as_it_was_written(rendre: Rendre) -> None:
    texte = PdfReader(BytesIO(rendre("<p>{{ phrase }}</p>", phrase=PHRASE))).pages[0].extract_text()
    assert "L’Haÿ-les-Roses" in texte
    assert "cœur – œuvre" in texte
    assert "Page 1 sur 1" in texte


def test_pdf_is_the_same_bytes_twice(rendre: Rendre) -> None:
    assert rendre("<p>Oui</p>") == rendre("<p>Oui</p>")


@pytest.mark.parametrize(
    "url", ["https://example.org/x.png", "file:///etc/hostname", "img/absente.svg", "../manage.py"]
)
def test_pdf_refuses_what_is_not_a_static_file_of_ours(rendre: Rendre, url: str) -> None:
    with pytest.raises(pdf.PdfImpossible, match="Ressource refusée"):
        rendre('<img src="{{ url }}" alt="Intrus">', url=url)


def test_pdf_takes_an_image_given_as_data(rendre: Rendre) -> None:
    carre = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    assert rendre('<img src="{{ url }}" alt="Carré">', url=carre).startswith(b"%PDF-1.7")


def test_fonts_come_from_their_packages_when_the_subsets_are_not_built(settings: Settings) -> None:
    settings.STATICFILES_DIRS = []
    for nom in pdf.POLICES_D_ORIGINE:
        fichier = pdf._fichier_statique(nom)
        assert fichier is not None
        assert fichier.suffix == ".woff2"
    assert pdf._fichier_statique("css/absente.css") is None


def test_fonts_are_handed_over_unpacked() -> None:
    """Else each document would unpack them again: a third of its time."""
    for nom in pdf.POLICES_D_ORIGINE:
        fichier = pdf._fichier_statique(nom)
        assert fichier is not None
        assert pdf._lire(fichier, fichier.stat().st_mtime_ns).startswith(b"\x00\x01\x00\x00"), "TrueType"


def test_a_page_becomes_an_image_as_wide_as_asked(rendre: Rendre) -> None:
    document = rendre("<p>{{ phrase }}</p>", phrase=PHRASE)
    octets = pdf.image_de(document, 400)
    with Image.open(BytesIO(octets), formats=["PNG"]) as image:
        assert image.size == (400, 566), "A4"
        assert len(image.convert("L").getcolors() or ()) > 20, "something is drawn"
    assert octets == pdf.image_de(document, 400)
