"""The public pages of the selections and the workshop where the association composes them."""

import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from atlaas import actions as fiches
from atlaas.models import Action, Retenue, Selection
from atlaas.selections import actions
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
TEXTES = {"titre": "Décider ensemble", "introduction": "Un *choix* de l’association."}


@pytest.fixture
def trois(bassens: Collectivite, bram: Collectivite) -> list[Action]:
    return [
        atlaas.fiche(bassens, "A1.4", titre="Budget participatif"),
        atlaas.fiche(bram, "B1.1", titre="Alerte"),
        atlaas.fiche(bram, "C2.5", titre="Bus numérique"),
    ]


@pytest.fixture
def selection(trois: list[Action], administratrice: Utilisateur) -> Selection:
    return atlaas.selection(*trois, par=administratrice)


@pytest.fixture
def atelier(selection: Selection, chargee_de_mission: Utilisateur, connecte: Connecte) -> Client:
    return connecte(chargee_de_mission)


def image(nom: str = "photo.jpg", octets: bytes | None = None) -> SimpleUploadedFile:
    sortie = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(sortie, "JPEG")
    return SimpleUploadedFile(nom, sortie.getvalue() if octets is None else octets)


class TestPages:
    def test_everyone_reads_it_in_its_order_with_the_reasons(self, selection: Selection, client: Client) -> None:
        page = client.get("/atlaas/selections/decider-ensemble/").text
        places = [page.index(mot) for mot in ("Pour Budget participatif", "Pour Alerte", "Pour Bus numérique")]
        assert places == sorted(places)
        assert "Un <em>choix</em> de l’association." in page
        for suite in ("/atlaas/carte/", "/atlaas/", "/atlaas/donnees/"):
            assert f'href="{suite}?selection=decider-ensemble"' in page
            assert client.get(f"{suite}?selection=decider-ensemble").status_code == 200
        csv = b"".join(client.get("/atlaas/donnees/fiches.csv?selection=decider-ensemble").streaming_content).decode()  # type: ignore[attr-defined]
        assert len(csv.splitlines()) == 4
        assert "3\u00a0actions" in client.get("/atlaas/selections/").text

    def test_a_message_shows_what_it_is(self, selection: Selection, client: Client) -> None:
        page = client.get(selection.get_absolute_url()).text
        (lu,) = [json.loads(t) for t in re.findall(r'ld\+json">(.*?)</script>', page, re.DOTALL)]
        assert [e["name"] for e in lu["mainEntity"]["itemListElement"]] == [
            "Budget participatif",
            "Alerte",
            "Bus numérique",
        ]
        assert '<meta property="og:description" content="Un choix de l’association.">' in page
        assert "/atlaas/selections/decider-ensemble/" in client.get("/sitemap-selections.xml").text

    def test_it_is_told_on_the_search_and_on_its_fiches(
        self, selection: Selection, trois: list[Action], client: Client
    ) -> None:
        lien = f'href="{selection.get_absolute_url()}"'
        assert lien in client.get("/atlaas/").text
        assert lien not in client.get("/atlaas/?q=bus").text
        assert lien in client.get(trois[0].get_absolute_url()).text

    def test_what_is_no_longer_public_leaves_without_a_word(
        self, selection: Selection, trois: list[Action], voisine: Utilisateur, atelier: Client, client: Client
    ) -> None:
        fiches.archiver_action(trois[1], par=voisine)
        page = client.get(selection.get_absolute_url()).text
        assert "Alerte" not in page
        assert "Archivée par Bram" in atelier.get(f"/admin/selections/{selection.pk}/").text

    @pytest.mark.parametrize("publie", [True, False])
    def test_a_draft_or_one_withdrawn_is_the_association_s(
        self, publie: bool, selection: Selection, atelier: Client, voisine: Utilisateur, connecte: Connecte
    ) -> None:
        if publie:
            actions.retirer(selection, par=selection.auteur)
        else:
            selection = atlaas.selection(par=selection.auteur, publiee=False, titre="Brouillon")
        adresse = selection.get_absolute_url()
        assert "seule l’association la voit" in atelier.get(adresse).text
        assert "canonical" not in atelier.get(adresse).text
        for stranger in (Client(), connecte(voisine)):
            reponse = stranger.get(adresse)
            assert reponse.status_code == 404
        assert Client().get("/atlaas/selections/").text.count('class="carte carte--lien selection-tuile"') == (
            0 if publie else 1
        )
        assert Client().get("/atlaas/selections/jamais-vue/").status_code == 404

    def test_one_whose_fiches_have_all_left_says_so(
        self, selection: Selection, trois: list[Action], voisine: Utilisateur, client: Client
    ) -> None:
        for fiche in trois:
            fiches.reprendre_action(fiche, par=voisine)
        assert "Aucune de ses actions n’est publiée" in client.get(selection.get_absolute_url()).text

    @pytest.mark.parametrize("nb", [1, 3])
    def test_queries_do_not_follow_the_number(
        self, nb: int, trois: list[Action], administratrice: Utilisateur, client: Client, django_assert_num_queries: Any
    ) -> None:
        for _ in range(nb):
            creee = atlaas.selection(*trois[: max(2, nb)], par=administratrice)
        with django_assert_num_queries(1):
            client.get("/atlaas/selections/")
        with django_assert_num_queries(4):  # the selection, its places, the fiches, their services
            client.get(creee.get_absolute_url())


class TestDroits:
    ADRESSES = ("", "nouvelle/", "{pk}/", "{pk}/fiches/", "{pk}/fiches/ajouter/", "{pk}/etat/")

    @pytest.mark.parametrize("suite", ADRESSES)
    def test_only_the_association_composes(
        self, suite: str, selection: Selection, utilisateur_jure: Utilisateur, voisine: Utilisateur, connecte: Connecte
    ) -> None:
        adresse = f"/admin/selections/{suite.format(pk=selection.pk)}"
        envoyer = suite.endswith(("fiches/", "ajouter/", "etat/"))

        def reponse(client: Client) -> Any:
            return client.post(adresse) if envoyer else client.get(adresse)

        refusee = reponse(connecte(utilisateur_jure))
        assert refusee.status_code == 403
        assert "Composer les sélections revient à l’association." in refusee.text
        assert "/compte/login/" in reponse(Client())["Location"]
        assert reponse(connecte(voisine))["Location"].startswith("/admin/login/")  # the panel's own door refuses her
        assert "Sélections" not in connecte(utilisateur_jure).get("/admin/").text

    def test_an_unknown_one_is_not_found(self, atelier: Client) -> None:
        assert atelier.get("/admin/selections/999999/").status_code == 404


class TestAtelier:
    def test_from_the_first_word_to_the_public_page(self, atelier: Client, trois: list[Action]) -> None:
        liste = atelier.get("/admin/selections/")
        assert 'href="/admin/selections/nouvelle/"' in liste.text
        vide = atelier.post("/admin/selections/nouvelle/", {"titre": "", "introduction": ""})
        assert vide.status_code == 422
        assert "Donnez un titre à la sélection." in vide.text
        page = atelier.post("/admin/selections/nouvelle/", TEXTES | {"titre": "Le bus"}, follow=True)
        creee = Selection.objects.get(titre="Le bus")
        base = f"/admin/selections/{creee.pk}/"
        assert "Retenez 2 fiches publiées au moins." in page.text
        assert "Bus numérique" in atelier.get(f"{base}?q=bus").text
        for fiche in (trois[2], trois[0]):
            suite = atelier.post(f"{base}fiches/ajouter/", {"fiche": fiche.pk, "q": "bus & co"})
        assert suite["Location"] == f"{base}?q=bus+%26+co#fiches"
        bus, budget = creee.retenues.order_by("rang").values_list("pk", flat=True)
        raisons = {f"pourquoi_{bus}": "Il passe partout", f"pourquoi_{budget}": "Il décide"}
        refus = atelier.post(f"{base}etat/", {"vers": "publier"}, follow=True)
        assert "il manque 2 raisons" in refus.text
        atelier.post(f"{base}fiches/", {"ordre": [bus, budget], "monter": budget, **raisons})
        assert list(creee.retenues.order_by("rang").values_list("pourquoi", flat=True)) == [
            "Il décide",
            "Il passe partout",
        ]
        publiee = atelier.post(f"{base}etat/", {"vers": "publier"}, follow=True)
        assert "« Le bus » est publiée." in publiee.text
        assert Client().get("/atlaas/selections/le-bus/").status_code == 200
        assert "« Le bus » est retirée." in atelier.post(f"{base}etat/", {"vers": "retirer"}, follow=True).text
        assert atelier.post(f"{base}etat/", {"vers": "retirer"}).status_code == 403

    @pytest.mark.parametrize(
        ("bouton", "place", "attendu"),
        [("monter", 0, "ABC"), ("descendre", 0, "BAC"), ("descendre", 2, "ABC"), ("monter", 2, "ACB")],
    )
    def test_the_arrows_move_one_place_and_stop_at_the_ends(
        self, bouton: str, place: int, attendu: str, selection: Selection, atelier: Client
    ) -> None:
        cles = list(selection.retenues.order_by("rang").values_list("pk", flat=True))
        atelier.post(f"/admin/selections/{selection.pk}/fiches/", {"ordre": cles, bouton: cles[place]})
        lues = selection.retenues.order_by("rang").values_list("pk", flat=True)
        assert "".join("ABC"[cles.index(cle)] for cle in lues) == attendu
        assert Retenue.objects.exclude(pourquoi="").count() == 3, "reasons that were not sent stay"

    def test_a_reason_too_long_is_refused_whole(self, selection: Selection, atelier: Client) -> None:
        cles = list(selection.retenues.order_by("rang").values_list("pk", flat=True))
        donnees = {"ordre": cles[::-1], f"pourquoi_{cles[0]}": "x" * 301, f"pourquoi_{cles[1]}": "court"}
        reponse = atelier.post(f"/admin/selections/{selection.pk}/fiches/", donnees)
        assert reponse.status_code == 422
        assert "x" * 301 in reponse.text
        assert not Retenue.objects.filter(pourquoi="court").exists()

    def test_a_line_that_left_meanwhile_or_nonsense_disturbs_nothing(
        self, selection: Selection, atelier: Client
    ) -> None:
        base = f"/admin/selections/{selection.pk}/"
        cle = selection.retenues.order_by("rang").values_list("pk", flat=True)[0]
        atelier.post(f"{base}fiches/", {"ordre": ["x", "999999999999999999999", cle], "ecarter": cle})
        atelier.post(f"{base}fiches/", {"ordre": [cle], "ecarter": cle, "monter": "abc"})
        assert selection.retenues.count() == 2
        for fiche in ("", "abc", "99999999999999999999", "-1"):
            assert atelier.post(f"{base}fiches/ajouter/", {"fiche": fiche}).status_code == 404

    def test_a_merge_is_followed_with_one_button(
        self, selection: Selection, trois: list[Action], voisine: Utilisateur, atelier: Client
    ) -> None:
        from atlaas.fiches.actions.vie import fusionner

        base = f"/admin/selections/{selection.pk}/"
        cle = selection.retenues.get(action=trois[1]).pk
        refusee = atelier.post(f"{base}fiches/", {"remplacer": cle}, follow=True)
        assert "n’est pas publiée" in refusee.text
        fusionner(trois[1], trois[2], par=voisine, a=trois[2].publiee_le)
        assert "Fusionnée dans « Bus numérique »" in atelier.get(base).text
        atelier.post(f"{base}fiches/", {"remplacer": cle})
        assert selection.retenues.count() == 2

    def test_the_presentation_keeps_a_published_selection_complete(self, selection: Selection, atelier: Client) -> None:
        base = f"/admin/selections/{selection.pk}/"
        reponse = atelier.post(base, TEXTES | {"image": image()})
        assert reponse.status_code == 422
        assert "tout le monde lit cette sélection" in reponse.text
        atelier.post(base, TEXTES | {"image": image(), "image_alternative": "Un bus bleu"})
        selection.refresh_from_db()
        servie = Client().get(selection.adresse_image)
        assert servie["Content-Type"] == "image/webp"
        assert "immutable" in servie["Cache-Control"]
        assert b"".join(servie.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]
        assert 'alt="Un bus bleu"' in Client().get(selection.get_absolute_url()).text
        assert "og:image" in Client().get(selection.get_absolute_url()).text
        atelier.post(base, TEXTES | {"retirer_image": "on"})
        selection.refresh_from_db()
        assert not selection.image

    @pytest.mark.parametrize("octets", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html><script>", b""])
    def test_what_is_no_picture_is_refused(self, octets: bytes, selection: Selection, atelier: Client) -> None:
        donnees = TEXTES | {"image": image("photo.png", octets), "image_alternative": "x"}
        assert atelier.post(f"/admin/selections/{selection.pk}/", donnees).status_code == 422

    @pytest.mark.parametrize("nb", [1, 3])
    def test_queries_of_the_workshop(
        self, nb: int, selection: Selection, atelier: Client, django_assert_max_num_queries: Any
    ) -> None:
        Retenue.objects.filter(rang__gt=nb).delete()
        with django_assert_max_num_queries(11):
            atelier.get(f"/admin/selections/{selection.pk}/")
        with django_assert_max_num_queries(5):
            atelier.get("/admin/selections/")
