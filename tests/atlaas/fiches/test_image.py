import io
import struct
import zlib
from collections.abc import Callable
from pathlib import PurePath

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from atlaas import actions
from atlaas.models import Action
from tests.atlaas.fiches.saisies import CREER, modifier, photo, saisie
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle import images
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
ALT = {"image_alternative": "Une borne dans le hall de la mairie"}


def bombe() -> bytes:
    """A few bytes that say they are 900 megapixels."""
    octets = bytearray(photo("PNG", (1, 1)).read())
    octets[16:24] = struct.pack(">II", 30_000, 30_000)
    octets[29:33] = struct.pack(">I", zlib.crc32(octets[12:29]))
    return bytes(octets)


@pytest.fixture
def illustree(bassens: Collectivite) -> Action:
    return atlaas.fiche(bassens, image=images.redessiner(photo()), publiee=False, **ALT)


@pytest.mark.parametrize(("genre", "options"), [("JPEG", {}), ("PNG", {}), ("WEBP", {"lossless": True})])
def test_a_picture_is_drawn_anew_upright_small_and_without_metadata(genre: str, options: dict[str, bool]) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Appareil bavard"  # turned a quarter; the maker
    refaite = images.redessiner(photo(genre, (2000, 500), exif=exif, **options))
    with Image.open(io.BytesIO(refaite.read())) as image:
        assert (image.format, image.size) == ("WEBP", (400, 1600))
        assert not image.getexif()
        assert "icc_profile" not in image.info


@pytest.mark.parametrize(
    ("contenu", "nom", "phrase"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "dessin.svg", "pas une image acceptée"),
        (b"<!doctype html><script>alert(1)</script>", "photo.png", "pas une image acceptée"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "anime.gif", "pas une image acceptée"),
        (photo().read()[:600], "coupee.jpg", "abîmé"),
        (photo("PNG", (8000, 8000)).read(), "grande.png", "60 mégapixels"),
        (bombe(), "bombe.png", "bien plus de 60 mégapixels"),
    ],
    ids=["svg", "html renamed", "gif", "cut", "too large", "bomb"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(
    contenu: bytes, nom: str, phrase: str, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    envoi = saisie("A1.1", image=SimpleUploadedFile(nom, contenu, "image/png"), **ALT)
    reponse = connecte(referente).post(CREER, envoi)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert not Action.objects.exists()


def test_it_comes_with_its_words_or_the_fiche_stays_a_draft(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    page = client.post(CREER, saisie("A1.1", image=photo(), publier="1"), follow=True).content.decode()
    action = Action.objects.get()
    assert "Dites ce que montre l’image" in page
    assert not action.est_publique
    client.post(modifier(action), saisie("A1.1", version=1, publier="1", **ALT))
    action.refresh_from_db()
    assert action.est_publique
    assert ALT["image_alternative"] in client.get(action.get_absolute_url()).content.decode()


def test_another_one_has_another_name_and_the_old_file_goes(
    illustree: Action, referente: Utilisateur, connecte: Connecte, django_capture_on_commit_callbacks: Callable
) -> None:
    client = connecte(referente)
    avant = illustree.image.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(modifier(illustree), saisie("A1.1", version=1, image=photo("PNG", (10, 10)), **ALT))
    illustree.refresh_from_db()
    assert illustree.image.name != avant
    assert illustree.image.storage.exists(illustree.image.name)
    assert not illustree.image.storage.exists(avant)
    client.post(modifier(illustree), saisie("A1.1", version=2, **ALT))
    illustree.refresh_from_db()
    assert illustree.image
    autosave = saisie("A1.1", version=3, retirer_image="on", **ALT)
    client.post(modifier(illustree), autosave, headers={"X-Sauvegarde": "1"})
    illustree.refresh_from_db()
    assert illustree.image, "an autosave removes nothing"
    client.post(modifier(illustree), autosave | {"numero_version": "4"})
    illustree.refresh_from_db()
    assert not illustree.image


def test_it_is_read_by_those_who_read_the_fiche(
    illustree: Action, referente: Utilisateur, voisine: Utilisateur, client: Client, connecte: Connecte
) -> None:
    adresse = illustree.adresse_image
    assert client.get(adresse).status_code == 404
    assert connecte(voisine).get(adresse).status_code == 404
    privee = connecte(referente).get(adresse)
    assert b"".join(privee)
    assert (privee.status_code, privee.headers["Cache-Control"]) == (200, "private, no-store")
    actions.publier_action(illustree, par=referente)
    publique = client.get(adresse)
    assert b"".join(publique)
    assert publique.headers["Content-Type"] == "image/webp"
    assert publique.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in publique.headers["Cache-Control"]
    assert client.get(adresse.replace(PurePath(illustree.image.name).stem, "0" * 32)).status_code == 404
