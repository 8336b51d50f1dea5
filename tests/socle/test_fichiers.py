"""Files are known by their content; each refusal says what to do; a text counts the same in the browser and here."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from villes_internet.socle import fichiers
from villes_internet.socle.champs import TexteCompte
from villes_internet.socle.fichiers import DOCX, JPEG, ODT, PDF, PNG, servir, verifier
from villes_internet.socle.saisie import compter, normaliser

RACINE = Path(__file__).resolve().parents[2]


def pdf(*, pages: int = 1, mot_de_passe: str = "", proprietaire: str = "") -> bytes:
    redacteur = PdfWriter()
    for _ in range(pages):
        redacteur.add_blank_page(200, 200)
    if mot_de_passe or proprietaire:
        redacteur.encrypt(mot_de_passe, proprietaire or None)
    tampon = io.BytesIO()
    redacteur.write(tampon)
    return tampon.getvalue()


def image(forme: str, taille: tuple[int, int] = (20, 10)) -> bytes:
    tampon = io.BytesIO()
    Image.new("RGB", taille, "navy").save(tampon, forme)
    return tampon.getvalue()


def archive(entrees: dict[str, bytes]) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in entrees.items():
            zip_.writestr(nom, contenu)
    return tampon.getvalue()


ODT_MINIMAL = {"mimetype": ODT.encode(), "content.xml": b"<office/>"}
DOCX_MINIMAL = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


def envoye(contenu: bytes, nom: str = "piece.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, contenu)


@pytest.mark.parametrize(
    ("contenu", "type_mime", "nom"),
    [
        (pdf(), PDF, "piece.bin.pdf"),
        (image("JPEG"), JPEG, "piece.bin.jpg"),
        (image("PNG"), PNG, "piece.bin.png"),
        (archive(ODT_MINIMAL), ODT, "piece.bin.odt"),
        (archive(DOCX_MINIMAL), DOCX, "piece.bin.docx"),
    ],
)
def test_five_kinds_are_known_by_content_whatever_their_name(contenu: bytes, type_mime: str, nom: str) -> None:
    verifie = verifier(envoye(contenu))
    assert (verifie.type_mime, verifie.nom, verifie.taille) == (type_mime, nom, len(contenu))
    assert len(verifie.empreinte) == 64
    assert verifie.contenu == contenu


def test_a_good_name_stays_and_a_tricky_one_is_cleaned() -> None:
    assert verifier(envoye(image("JPEG"), "Photo.JPEG")).nom == "Photo.JPEG"
    fichier = envoye(pdf(), "x")
    fichier.__dict__["_name"] = "..\\..\\secret/\u202elettre.pdf"
    assert verifier(fichier).nom == "lettre.pdf"


@pytest.mark.parametrize(
    ("contenu", "code", "phrase"),
    [
        (b"", "vide", "est vide"),
        (b"MZ\x90\x00" + bytes(300), "type", "n’est pas d’un format accepté"),
        (b"bonjour", "type", "n’est pas d’un format accepté"),
        (b"GIF89a" + bytes(100), "type", "n’est pas d’un format accepté"),
        (archive({"a.txt": b"a"}), "type", "n’est pas d’un format accepté"),
        (archive({"mimetype": b"application/epub+zip"}), "type", "n’est pas d’un format accepté"),
        (b"PK\x03\x04" + bytes(60), "type", "n’est pas d’un format accepté"),
        (pdf(pages=0), "vide", "aucune page"),
        (pdf(mot_de_passe="secret"), "chiffre", "mot de passe"),
        (b"%PDF-1.7\nrien du tout", "abime", "abîmé"),
        (image("JPEG")[:200], "abime", "abîmé"),
        (image("PNG")[:45], "abime", "abîmé"),
        (image("PNG", (10_000, 7_000)), "taille", "mégapixels"),
        (archive({**DOCX_MINIMAL, "bombe.xml": bytes(30_000_000)}), "bombe", "décompresse anormalement"),
    ],
)
def test_a_refused_file_says_why(contenu: bytes, code: str, phrase: str) -> None:
    with pytest.raises(ValidationError) as refus:
        verifier(envoye(contenu))
    assert refus.value.code == code
    assert phrase in refus.value.message


def test_a_pdf_that_only_forbids_printing_is_accepted() -> None:
    assert verifier(envoye(pdf(proprietaire="maire"))).type_mime == PDF


def test_a_damaged_office_document_is_refused() -> None:
    contenu = bytearray(archive({**DOCX_MINIMAL, "x.xml": b"abc" * 1000}))
    contenu[60:70] = bytes(10)
    with pytest.raises(ValidationError) as refus:
        verifier(envoye(bytes(contenu)))
    assert refus.value.code == "abime"


def test_an_office_document_with_a_password_is_refused() -> None:
    contenu = bytearray(archive(DOCX_MINIMAL))
    debut = contenu.rindex(b"PK\x01\x02")
    contenu[debut + 8] |= 1
    with pytest.raises(ValidationError) as refus:
        verifier(envoye(bytes(contenu)))
    assert refus.value.code == "chiffre"


def test_twenty_one_megabytes_are_refused_with_their_size() -> None:
    with pytest.raises(ValidationError) as refus:
        verifier(envoye(b"%PDF-" + bytes(21 * 1024 * 1024), "gros.pdf"))
    assert "« gros.pdf »".replace(" ", "\u00a0") in refus.value.message
    assert "21,0 Mo" in refus.value.message


def test_files_are_served_with_their_type_and_never_guessed() -> None:
    montre = servir(io.BytesIO(b"x"), nom="été.pdf", type_mime=PDF)
    assert montre["Content-Disposition"].startswith("inline")
    assert montre["X-Content-Type-Options"] == "nosniff"
    assert servir(io.BytesIO(b"x"), nom="a.odt", type_mime=ODT)["Content-Disposition"].startswith("attachment")
    assert ".pdf" in fichiers.ACCEPT


FAMILLE = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ELUE = "\U0001f469\U0001f3fd\u200d\U0001f4bc"
ANGLETERRE = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TEXTES = [
    "L’innovation\u00a0: «\u00a0numérique\u00a0»\r\nsuite",
    "\uf0b7\tun axe\u200b\x0bla suite\x07",
    "e\u0301te\u0301 😀 \u2028ligne\u2029fin   \n\n\n\n\nbas",
    "\ufeff\u00a0 bords \u00a0\n",
    "espaces\u2003cadratins\u202ffine\u3000large",
    "",
    f"une famille {FAMILLE}, une élue {ELUE}, un drapeau 🇫🇷🇪🇺, l’Angleterre {ANGLETERRE}, un chiffre 3\ufe0f\u20e3",
    "q\u0308\u0301 x\u0302 deux accents, क्षि, 한국, \u1112\u1161\u11ab",
    "liants seuls a\u200db 👩\u200d 👩\u200d\u200d👧 \u200d👧 fin\u200d",
    "un\r\ndeux\rtrois\n\r\nquatre",
]


@pytest.mark.parametrize(
    ("texte", "nombre"),
    [
        *[(FAMILLE, 1), (ELUE, 1), (ANGLETERRE, 1), ("🇫🇷🇪🇺", 2), ("q\u0308\u0301", 1)],
        *[("a\r\nb", 3), ("é", 1), ("", 0), ("a\u200db", 2)],
    ],
)
def test_a_character_is_what_its_reader_sees(texte: str, nombre: int) -> None:
    assert compter(normaliser(texte)) == nombre


def test_cleaning_a_text_twice_changes_nothing_and_keeps_the_families() -> None:
    for texte in TEXTES:
        assert normaliser(normaliser(texte)) == normaliser(texte)
    assert normaliser(f"\u200d{FAMILLE}\u200d") == FAMILLE


def test_a_counted_text_is_bounded_as_it_is_read_then_as_it_is_stored() -> None:
    champ = TexteCompte(max_length=5)
    assert champ.clean(FAMILLE * 5) == FAMILLE * 5
    with pytest.raises(ValidationError, match="au plus 5 caractères \\(actuellement 6\\)"):
        champ.clean(FAMILLE * 6)
    with pytest.raises(ValidationError, match="il en demande 101, pour 60 au plus"):
        champ.clean("q" + "\u0301" * 100)
    with pytest.raises(ValidationError, match="pour 5 au plus"):
        TexteCompte(max_length=5, points_max=5).clean(FAMILLE)


def test_a_pasted_text_has_the_same_length_in_the_browser_and_here() -> None:
    script = (
        f"import {{ normaliser, compter }} from {json.dumps((RACINE / 'static/js/compteur.js').as_uri())};"
        f"console.log(JSON.stringify({json.dumps(TEXTES)}.map((t) => [normaliser(t), compter(t)])));"
    )
    noeud = Path(sys.executable).parent / "node"
    sortie = subprocess.run(  # noqa: S603 - our own script
        [str(noeud), "--no-warnings", "--input-type=module", "-e", script], capture_output=True, check=True, text=True
    )
    assert json.loads(sortie.stdout) == [[normaliser(t), compter(normaliser(t))] for t in TEXTES]
