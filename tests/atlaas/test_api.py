"""The public read API: what it answers, in which order, and how it refuses."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from atlaas.donnees.queries.colonnes import NOMS
from tests.factories import atlaas, ground
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"
FICHES = f"{V1}fiches"


def suivre(client: Client, adresse: str) -> list[int]:
    """Every number, from page to page."""
    cles: list[int] = []
    while adresse:
        page = client.get(adresse.replace("http://localhost:8000", "")).json()
        cles += [fiche["id"] for fiche in page["resultats"]]
        adresse = page["suivante"] or ""
    return cles


class TestFiches:
    def test_a_search_gives_what_the_public_page_gives(self, bassens: Collectivite, client: Client) -> None:
        voulue = atlaas.fiche_replicable(bassens, "A1.4", titre="Budget participatif", contact="Alice, 06 12 34 56 78")
        atlaas.fiche(bassens, titre="Alerte")
        atlaas.fiche(bassens, titre="Budget secret", publiee=False)
        lu = client.get(FICHES, {"q": "budget", "enjeu": "A1"}).json()
        (fiche,) = lu["resultats"]
        assert tuple(fiche) == NOMS
        assert (fiche["id"], fiche["services"], fiche["indicateur_valeur"]) == (voulue.pk, ["A1.4"], 412)
        assert (lu["precedente"], lu["suivante"]) == (None, None)
        assert "Alice" not in json.dumps(lu)

    def test_pages_follow_one_another_without_loss_nor_double(self, bassens: Collectivite, client: Client) -> None:
        cles = {atlaas.fiche(bassens, titre=f"Atelier {n}").pk for n in range(5)}
        for adresse in (f"{FICHES}?q=atelier&limite=2", f"{V1}collectivites/33032/fiches?limite=2"):
            lues = suivre(client, adresse)
            assert (len(lues), set(lues)) == (5, cles)

    @pytest.mark.parametrize(
        ("parametres", "champ"),
        [
            ({"apres": "x"}, "apres"),
            ({"avant": "q1_"}, "avant"),
            ({"lat": "91", "lon": "0"}, "lat"),
            ({"lat": "nan", "lon": "0"}, "lat"),
            ({"pres": "Nulle-Part-sur-Rien"}, "pres"),
            ({"q": "x" * 201}, "q"),
            ({"q": "a\x00b"}, "q"),
            ({"limite": "101"}, "limite"),
            ({"rayon": "11", "pres": "x"}, "rayon"),
        ],
    )
    def test_what_cannot_be_searched_is_a_problem(self, parametres: dict[str, str], champ: str, client: Client) -> None:
        reponse = client.get(FICHES, parametres)
        assert (reponse.status_code, reponse["Content-Type"]) == (400, "application/problem+json")
        lu = reponse.json()
        assert lu["status"] == 400
        assert lu["erreurs"][champ][0].endswith(".")

    def test_one_fiche(self, bassens: Collectivite, client: Client) -> None:
        fiche = atlaas.fiche(bassens)
        lue = client.get(f"{FICHES}/{fiche.pk}").json()
        assert lue["url"].endswith(fiche.get_absolute_url())
        assert lue["collectivite_nom"] == "Bassens"

    @pytest.mark.parametrize("fin", ["/0", "/999999", "/99999999999999999999", "/abc", "/1/"])
    def test_what_is_not_there_is_a_problem(self, fin: str, client: Client) -> None:
        reponse = client.get(FICHES + fin)
        assert reponse.status_code in {400, 404}
        assert reponse["Content-Type"] == "application/problem+json"

    def test_a_draft_is_not_there(self, bassens: Collectivite, client: Client) -> None:
        assert client.get(f"{FICHES}/{atlaas.fiche(bassens, publiee=False).pk}").status_code == 404

    @pytest.mark.parametrize("nb", [1, 3])
    def test_at_most_six_queries(
        self, nb: int, bassens: Collectivite, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(nb):
            atlaas.fiche(bassens, "A1.1", "C2.1")
        client.get(FICHES)
        with django_assert_max_num_queries(6):
            assert len(client.get(f"{FICHES}?enjeu=A1").json()["resultats"]) == nb


class TestCollectivite:
    def test_it_says_its_labels_and_how_many_fiches(self, bassens: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens)
        atlaas.fiche(bassens, publiee=False)
        bassens.distinctions.create(annee=2026, arobases=4, est_verte=True, mentions=["Inclusion"])
        lue = client.get(f"{V1}collectivites/33032").json()
        assert (lue["nom"], lue["nb_fiches"], lue["departement"]["code"]) == ("Bassens", 1, "33")
        assert lue["labels"] == [{"annee": 2026, "arobases": 4, "verte": True, "mentions": ["Inclusion"]}]
        assert client.get(lue["fiches"].replace("http://localhost:8000", "")).status_code == 200

    @pytest.mark.parametrize("code", ["99999", "33032/fiche", "%00", "é"])
    def test_another_code_is_a_problem(self, code: str, client: Client) -> None:
        reponse = client.get(f"{V1}collectivites/{code}")
        assert reponse.status_code in {400, 404}
        assert reponse["Content-Type"] == "application/problem+json"


def test_the_referentiel_gives_the_codes(client: Client) -> None:
    assert client.get(f"{V1}referentiel").status_code == 404
    ground.version_publiee()
    lu = client.get(f"{V1}referentiel").json()
    assert lu["version"] == "2027"
    assert {"A1.1"} <= {s["code"] for e in lu["enjeux"] for s in e["services"]}


class TestHttp:
    def test_what_has_not_changed_is_not_sent_again(self, bassens: Collectivite, client: Client) -> None:
        adresse = f"{FICHES}/{atlaas.fiche(bassens).pk}"
        reponse = client.get(adresse)
        for condition in ({"if-none-match": reponse["ETag"]}, {"if-modified-since": reponse["Last-Modified"]}):
            vide = client.get(adresse, headers=condition)
            assert (vide.status_code, vide.content) == (304, b"")
            assert vide["Access-Control-Allow-Origin"] == "*"
        liste = client.get(FICHES)
        assert client.get(FICHES, headers={"if-none-match": liste["ETag"]}).status_code == 304

    def test_reads_are_open_to_other_sites(self, client: Client) -> None:
        assert client.get(FICHES)["Access-Control-Allow-Origin"] == "*"
        preliminaire = client.options(FICHES, headers={"origin": "https://ailleurs.example"})
        assert preliminaire.status_code == 204
        assert "If-None-Match" in preliminaire["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in preliminaire

    def test_head_answers_as_get(self, client: Client) -> None:
        reponse = client.head(FICHES)
        assert (reponse.status_code, reponse.content) == (200, b"")

    @pytest.mark.parametrize(
        ("methode", "adresse", "statut"),
        [("post", FICHES, 405), ("delete", f"{FICHES}/1", 405), ("get", f"{V1}rien", 404), ("put", f"{V1}rien", 404)],
    )
    def test_other_ways_are_problems(self, methode: str, adresse: str, statut: int, client: Client) -> None:
        reponse = getattr(client, methode)(adresse)
        assert (reponse.status_code, reponse["Content-Type"]) == (statut, "application/problem+json")
        assert reponse.json()["detail"]

    def test_too_many_reads_wait(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("atlaas.api.views.lecture.LIMITE.num_requests", 2)
        assert [client.get(FICHES).status_code for _ in range(2)] == [200, 200]
        refus = client.get(FICHES)
        assert refus.status_code == 429
        assert 0 < int(refus["Retry-After"]) <= 60
        assert "réessayez dans" in refus.json()["detail"]


class TestDocumentation:
    def test_every_operation_is_told_on_a_page_of_ours(self, client: Client) -> None:
        reponse = client.get(V1)
        page = reponse.text
        document = client.get(f"{V1}openapi.json").json()
        assert document["openapi"].startswith("3.1")
        for chemin, operations in document["paths"].items():
            assert f"<code>{chemin}</code>" in page
            for operation in operations.values():
                assert f'id="{operation["operationId"]}"' in page
                assert operation["summary"] in page or "&#x27;" in page
        assert "cdn" not in page
        assert "unsafe" not in reponse["Content-Security-Policy"]

    def test_every_link_of_the_page_leads_somewhere(self, client: Client) -> None:
        import re

        page = client.get(V1).text.split("<main")[1].split("</main")[0]
        for ancre in re.findall(r'href="#(\w+)"', page):
            assert f'id="{ancre}"' in page
        assert reverse("atlaas:api_openapi") in page
        assert f'href="{V1}"' in client.get("/atlaas/donnees/").text
