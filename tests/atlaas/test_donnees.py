"""The open data: what leaves, in which form, under which licence, and nothing about a person."""

import gzip
import hashlib
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from frictionless import Package, Resource, Schema

from atlaas import actions as atlaas_actions
from atlaas.donnees import actions
from atlaas.donnees.queries.colonnes import NOMS
from atlaas.donnees.queries.depots import racine
from atlaas.donnees.queries.lignes import masquer
from atlaas.donnees.tasks import deposer_les_fichiers
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
PAGE = "/atlaas/donnees/"
ADRESSE = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


def corps(reponse: Any) -> str:
    return b"".join(reponse.streaming_content).decode()


@pytest.fixture
def fiches(bassens: Collectivite, bram: Collectivite, referente: Utilisateur) -> list[Any]:
    """A full one with traps in its texts, a plain one of another town, and one that nobody may read."""
    pleine = atlaas.fiche_replicable(
        bassens,
        "A1.1",
        "C2.1",
        par=referente,
        titre="=SOMME(A1) ; « budget », participatif",
        description='Écrire à alice.martin@ville.fr ou au 06 12 34 56 78.\nDeux lignes, "guillemets".',
        date_debut="2025-03-01",
        publics_vises=["jeunes", "aines"],
        outils="Decidim",
        lien="https://ville.example/budget?mel=alice@ville.fr",
        image_credit="Alice Martin",
        contact="Alice Martin, alice.martin@ville.fr",
        latitude="44.90000",
        longitude="-0.51000",
    )
    simple = atlaas.fiche(bram, titre="Atelier d’été 🎉")
    atlaas.fiche(bassens, publiee=False, titre="Brouillon secret")
    return [pleine, simple]


def valider(texte: str, client: Client) -> Any:
    schema = Schema.from_descriptor(client.get(f"{PAGE}schema.json").json())
    rapport = Resource(source=texte.encode(), format="csv", schema=schema).validate()
    assert rapport.valid, rapport.flatten(["rowNumber", "fieldName", "note"])
    return rapport


class TestExport:
    def test_the_csv_answers_its_published_schema(self, fiches: list[Any], client: Client) -> None:
        reponse = client.get(f"{PAGE}fiches.csv")
        texte = corps(reponse)
        assert reponse["Content-Type"] == "text/csv; charset=utf-8"
        assert valider(texte, client).tasks[0].stats["rows"] == 2
        assert texte.split("\r\n", 1)[0] == ",".join(NOMS)
        assert '"\'=SOMME(A1) ; « budget », participatif"' in texte
        assert "A1.1|C2.1" in texte
        assert "2025-03-01" in texte
        assert "Atelier d’été 🎉" in texte
        assert "Brouillon secret" not in texte

    def test_an_empty_catalogue_is_a_header(self, client: Client) -> None:
        assert corps(client.get(f"{PAGE}fiches.csv")) == ",".join(NOMS) + "\r\n"
        assert json.loads(corps(client.get(f"{PAGE}fiches.geojson")))["features"] == []
        assert corps(client.get(f"{PAGE}fiches.jsonl")) == ""

    def test_json_lines_keep_types_and_columns(self, fiches: list[Any], client: Client) -> None:
        pleine, simple = map(json.loads, corps(client.get(f"{PAGE}fiches.jsonl")).splitlines())
        assert tuple(pleine) == NOMS
        assert (pleine["id"], pleine["services"], pleine["enjeux"]) == (fiches[0].pk, ["A1.1", "C2.1"], ["A1", "C2"])
        assert (pleine["indicateur_valeur"], pleine["replicable"], pleine["precision"]) == (412.0, True, "lieu")
        assert pleine["titre"].startswith("=")  # a program reads no formula
        assert pleine["modifiee_le"].endswith("Z")
        assert (simple["date_debut"], simple["description"], simple["precision"]) == (None, None, None)

    def test_geojson_places_what_has_a_point(self, fiches: list[Any], client: Client) -> None:
        lu = json.loads(corps(client.get(f"{PAGE}fiches.geojson")))
        assert "Licence Ouverte 2.0" in lu["attribution"]
        pleine, simple = lu["features"]
        assert pleine["geometry"] == {"type": "Point", "coordinates": [-0.51, 44.9]}
        assert simple["geometry"] is None

    @pytest.mark.parametrize("recherche", ["?q=ete", "?departement=33&q=atelier", "?q=atelier&apres=q1_1"])
    def test_it_takes_the_parameters_of_the_search(self, recherche: str, fiches: list[Any], client: Client) -> None:
        (ligne,) = corps(client.get(f"{PAGE}fiches.jsonl{recherche}")).splitlines()
        assert json.loads(ligne)["id"] == fiches[1].pk

    @pytest.mark.parametrize("recherche", ["?lat=91&lon=0", "?pres=Nulle-Part", f"?q={'x' * 201}", "?q=%00"])
    def test_what_cannot_be_searched_is_said(self, recherche: str, client: Client) -> None:
        ground.version_publiee()
        reponse = client.get(f"{PAGE}fiches.csv{recherche}")
        assert reponse.status_code == 400
        assert "n’a pas pu être fait" in reponse.text
        assert client.get(PAGE + recherche).status_code == 400

    def test_licence_and_openness_are_in_the_headers(self, client: Client) -> None:
        for nom in ("fiches.csv", "schema.json", "datapackage.json", "catalogue.jsonld"):
            reponse = client.get(PAGE + nom)
            assert reponse["Access-Control-Allow-Origin"] == "*"
            assert 'rel="license"' in reponse["Link"]

    def test_too_many_exports_wait(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("atlaas.donnees.views.LIMITE.num_requests", 2)
        codes = [client.get(f"{PAGE}fiches.csv").status_code for _ in range(2)]
        refus = client.get(f"{PAGE}fiches.csv")
        assert (codes, refus.status_code) == ([200, 200], 429)
        assert 0 < int(refus["Retry-After"]) <= 3600
        assert "Réessayez dans" in refus.text

    @pytest.mark.parametrize("nb", [1, 3])
    def test_three_queries_whatever_their_number(
        self, nb: int, bassens: Collectivite, client: Client, django_assert_num_queries: Any
    ) -> None:
        for _ in range(nb):
            atlaas.fiche(bassens)
        corps(client.get(f"{PAGE}fiches.jsonl"))  # a process reads the référentiel once
        with django_assert_num_queries(3):  # the version, the keys, one block
            assert len(corps(client.get(f"{PAGE}fiches.jsonl")).splitlines()) == nb

    def test_blocks_follow_one_another(
        self, bassens: Collectivite, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("atlaas.donnees.queries.lignes.BLOC", 2)
        cles = [atlaas.fiche(bassens).pk for _ in range(5)]
        lues = json.loads(corps(client.get(f"{PAGE}fiches.geojson")))["features"]
        assert [trait["id"] for trait in lues] == cles


class TestPersonne:
    @pytest.mark.parametrize("extension", ["csv", "jsonl", "geojson"])
    def test_no_file_says_anything_of_a_person(self, extension: str, fiches: list[Any], client: Client) -> None:
        texte = corps(client.get(f"{PAGE}fiches.{extension}"))
        assert not ADRESSE.search(texte)
        for mot in ("Alice", "Martin", "06 12", "alice"):
            assert mot not in texte
        assert "coordonnées retirées" in texte

    @pytest.mark.parametrize(
        ("texte", "attendu"),
        [
            ("Au 01 23 45 67 89.", "Au [coordonnées retirées]."),
            ("+33 6 12 34 56 78", "[coordonnées retirées]"),
            ("jean-d'arc@mairie.bassens.fr !", "[coordonnées retirées] !"),
            ("En 2025, 1 234 567 890 habitants, 3 @, @ville", "En 2025, 1 234 567 890 habitants, 3 @, @ville"),
            ("SIREN 213300320, 0,123456789", "SIREN 213300320, 0,123456789"),
        ],
    )
    def test_addresses_are_masked_and_nothing_else(self, texte: str, attendu: str) -> None:
        assert masquer(texte) == attendu


class TestNuit:
    def test_the_files_of_the_night_are_listed_with_their_checksum(self, fiches: list[Any], client: Client) -> None:
        assert deposer_les_fichiers() == 2
        page = client.get(PAGE).text
        for ressource in client.get(f"{PAGE}datapackage.json").json()["resources"]:
            reponse = client.get(ressource["path"].replace("http://localhost:8000", ""))
            octets = b"".join(reponse.streaming_content)
            empreinte = hashlib.sha256(octets).hexdigest()
            assert (ressource["hash"], ressource["bytes"]) == (f"sha256:{empreinte}", len(octets))
            assert empreinte in page
            assert not ADRESSE.search(gzip.decompress(octets).decode())
        assert "2\u00a0fiches publiques" in page

    def test_a_file_not_changed_is_not_sent_again(self, fiches: list[Any], client: Client) -> None:
        deposer_les_fichiers()
        adresse = f"{PAGE}archives/atlaas-fiches.csv.gz"
        reponse = client.get(adresse, headers={"accept-encoding": "gzip"})
        texte = gzip.decompress(b"".join(reponse.streaming_content)).decode()
        valider(texte, client)
        for condition in ({"if-none-match": reponse["ETag"]}, {"if-modified-since": reponse["Last-Modified"]}):
            assert client.get(adresse, headers=condition).status_code == 304

    def test_the_same_fiches_give_the_same_file(self, fiches: list[Any]) -> None:
        premier, second = actions.deposer_les_fichiers(), actions.deposer_les_fichiers()
        assert [f.empreinte for f in premier[:2]] == [f.empreinte for f in second[:2]]

    def test_a_failed_night_keeps_the_files_of_the_day_before(
        self, fiches: list[Any], client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deposer_les_fichiers()
        avant = client.get(f"{PAGE}datapackage.json").json()

        def tomber(*_: object) -> None:
            raise OSError("No space left on device")

        with monkeypatch.context() as panne:
            panne.setattr("atlaas.donnees.actions.hashlib.file_digest", tomber)
            with pytest.raises(OSError, match="space"):
                deposer_les_fichiers()
        assert client.get(f"{PAGE}datapackage.json").json() == avant
        assert gzip.decompress(b"".join(client.get(f"{PAGE}archives/atlaas-fiches.csv.gz").streaming_content))

    def test_old_folders_go(self, fiches: list[Any]) -> None:
        for _ in range(4):
            deposer_les_fichiers()
        assert len([d for d in racine().iterdir() if d.is_dir()]) == 2

    @pytest.mark.parametrize("nom", ["inconnu.csv.gz", "manifeste.json", "..%2Fmanifeste.json"])
    def test_only_the_files_listed_are_served(self, nom: str, fiches: list[Any], client: Client) -> None:
        deposer_les_fichiers()
        assert client.get(f"{PAGE}archives/{nom}").status_code == 404


class TestDescriptions:
    def test_the_package_is_one(self, fiches: list[Any], client: Client) -> None:
        deposer_les_fichiers()
        lu = client.get(f"{PAGE}datapackage.json").json()
        assert Package.from_descriptor(lu).licenses[0]["name"] == "etalab-2.0"
        assert [r["format"] for r in lu["resources"]] == ["csv", "jsonl", "geojson"]

    def test_the_catalogue_says_licence_date_and_files(self, fiches: list[Any], client: Client) -> None:
        deposer_les_fichiers()
        reponse = client.get(f"{PAGE}catalogue.jsonld")
        (jeu,) = reponse.json()["dcat:dataset"]
        assert reponse["Content-Type"] == "application/ld+json"
        assert "licence-ouverte" in jeu["dct:license"]["@id"]
        assert jeu["dct:modified"]["@type"] == "xsd:dateTime"
        assert len(jeu["dcat:distribution"]) == 3

    def test_before_the_first_night_they_stand(self, client: Client) -> None:
        assert client.get(f"{PAGE}datapackage.json").json()["resources"] == []
        assert client.get(f"{PAGE}catalogue.jsonld").json()["dcat:dataset"][0]["dcat:distribution"] == []
        assert "arrivent cette nuit" in client.get(PAGE).text

    def test_the_page_carries_a_search_to_the_exports(self, fiches: list[Any], client: Client) -> None:
        page = client.get(f"{PAGE}?q=ete&apres=x").text
        assert "Votre sélection : 1\u00a0fiche" in page
        assert 'href="/atlaas/donnees/fiches.csv?q=ete"' in page

    def test_it_is_found_from_the_search_and_from_the_footer(self, fiches: list[Any], client: Client) -> None:
        page = client.get("/atlaas/?q=ete").text
        assert 'href="/atlaas/donnees/?q=ete"' in page
        assert page.count('href="/atlaas/donnees/"') == 1


def test_a_fiche_that_leaves_leaves_the_data(
    bassens: Collectivite, referente: Utilisateur, client: Client, connecte: Callable[[Utilisateur], Client]
) -> None:
    fiche = atlaas.fiche(bassens)
    atlaas_actions.reprendre_action(fiche, par=referente)
    assert corps(connecte(referente).get(f"{PAGE}fiches.jsonl")) == ""
    assert BytesIO(corps(client.get(f"{PAGE}fiches.csv")).encode()).read().count(b"\n") == 1
