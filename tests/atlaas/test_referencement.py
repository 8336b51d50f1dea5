"""What search engines and messages read: addresses, previews, meaning. Nothing that is not public."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from atlaas import actions
from atlaas.models import Selection
from atlaas.referencement.sitemaps import Fiches
from atlaas.templatetags.referencement import tete_de_selection
from tests.factories import atlaas
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LASTMOD = "{http://www.sitemaps.org/schemas/sitemap/0.9}lastmod"


def lus(client: Client, adresse: str, quoi: str = LOC) -> list[str]:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return [str(noeud.text) for noeud in ElementTree.fromstring(reponse.content).iter(quoi)]  # noqa: S314  our own


def json_ld(page: str) -> dict[str, Any]:
    (lu,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return dict(json.loads(lu))


class TestPlans:
    def test_only_what_is_public_is_told(
        self, bassens: Collectivite, bram: Collectivite, referente: Utilisateur, client: Client
    ) -> None:
        publique = atlaas.fiche(bassens)
        atlaas.fiche(bram, publiee=False)
        actions.reprendre_action(atlaas.fiche(bram), par=referente)
        assert lus(client, "/sitemap-fiches.xml") == [f"http://testserver{publique.get_absolute_url()}"]
        assert lus(client, "/sitemap-collectivites.xml") == ["http://testserver/collectivites/33032/"]
        actions.inscrire_distinction(bram, 2026, 3, est_verte=False, mentions=[])
        assert len(lus(client, "/sitemap-collectivites.xml")) == 2

    def test_every_page_told_opens(self, bassens: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens)
        for plan in lus(client, "/sitemap.xml"):
            for adresse in lus(client, plan.replace("http://testserver", "")):
                assert client.get(adresse.replace("http://testserver", "")).status_code == 200, adresse

    def test_the_index_lists_the_files_without_reading_the_fiches(
        self, bassens: Collectivite, client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        for _ in range(3):
            atlaas.fiche(bassens)
        monkeypatch.setattr(Fiches, "limit", 2)
        with django_assert_num_queries(5):  # three counts, the latest changes of the fiches and of the selections
            plans = lus(client, "/sitemap.xml")
        assert "http://testserver/sitemap-fiches.xml?p=2" in plans
        assert len(lus(client, "/sitemap-fiches.xml?p=2")) == 1
        assert lus(client, "/sitemap.xml", LASTMOD)

    def test_an_unknown_one_is_not_found(self, client: Client) -> None:
        assert client.get("/sitemap-rien.xml").status_code == 404
        assert client.get("/sitemap-fiches.xml?p=99").status_code == 404

    def test_robots_read_the_plan_and_leave_the_rest(self, client: Client, settings: Settings) -> None:
        settings.MODE_DEMONSTRATION = False
        lu = client.get("/robots.txt").text
        assert "Disallow: /espace/" in lu
        assert lu.endswith("Sitemap: http://localhost:8000/sitemap.xml\n")
        settings.MODE_DEMONSTRATION = True
        assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


class TestTetes:
    def test_a_fiche_says_what_it_is(self, bassens: Collectivite, bram: Collectivite, client: Client) -> None:
        source = atlaas.fiche(bram, "A1.4")
        fiche = actions.s_inspirer(source, bassens, par=None)
        fiche = actions.modifier_action(
            fiche,
            par=None,
            numero_version=fiche.version,
            services=atlaas.services("A1.4"),
            titre='Un "budget" </script><script>alert(1)</script>',
            resume="Les habitants\nvotent.",
            a=datetime(2026, 11, 1, tzinfo=UTC),
        )
        actions.publier_action(fiche, par=None)
        adresse = f"http://localhost:8000{fiche.get_absolute_url()}"
        page = client.get(fiche.get_absolute_url()).text
        lu = json_ld(page)
        assert (lu["@type"], lu["url"], lu["headline"]) == ("Article", adresse, fiche.titre)
        assert lu["author"]["name"] == "Bassens"
        assert lu["isBasedOn"].endswith(source.get_absolute_url())
        assert "<script>alert" not in page
        assert f'<link rel="canonical" href="{adresse}">' in page
        assert '<meta property="og:description" content="Les habitants votent.">' in page

    def test_a_draft_says_nothing(self, bassens: Collectivite, referente: Utilisateur, connecte: Any) -> None:
        page = connecte(referente).get(atlaas.fiche(bassens, publiee=False).get_absolute_url()).text
        assert "canonical" not in page
        assert "og:title" not in page

    def test_a_collectivite_says_its_labels(self, bassens: Collectivite, client: Client) -> None:
        actions.inscrire_distinction(bassens, 2026, 4, est_verte=True, mentions=[])
        page = client.get("/collectivites/33032/?page=1").text
        lu = json_ld(page)
        assert (lu["@type"], lu["areaServed"]["identifier"]) == ("GovernmentOrganization", "33032")
        assert lu["award"] == ["Territoires, Villes et Villages Internet 2026, 4\u00a0arobases, dont une verte"]
        assert '<link rel="canonical" href="http://localhost:8000/collectivites/33032/">' in page

    def test_the_data_set_says_its_files(self, client: Client) -> None:
        lu = json_ld(client.get("/atlaas/donnees/").text)
        assert lu["@type"] == "Dataset"
        assert [d["contentUrl"].rsplit(".", 1)[1] for d in lu["distribution"]] == ["csv", "jsonl", "geojson"]

    @pytest.mark.parametrize("adresse", ["/atlaas/", "/atlaas/?q=budget", "/atlaas/?enjeu=A1&apres=", "/api/v1/"])
    def test_a_search_has_one_address_for_engines(self, adresse: str, client: Client) -> None:
        chemin = adresse.split("?")[0]
        assert f'<link rel="canonical" href="http://localhost:8000{chemin}">' in client.get(adresse).text


def test_a_collection_is_previewed_in_plain_words() -> None:
    """Its introduction is Markdown: neither a tag nor an entity reaches the preview."""
    lue = Selection(titre="L’eau", slug="eau", introduction="**L’eau** & la *ville*", modifiee_le=datetime.now(UTC))
    assert tete_de_selection(lue, [])["resume"] == "L’eau & la ville"
