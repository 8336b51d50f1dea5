"""The light pages that other sites frame: open to every site, closed to everything else."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.utils import timezone

from atlaas import actions
from atlaas.fiches.actions import fusionner
from atlaas.integration.calculs import Genre, code, taille, taille_pour
from atlaas.models import Action
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
ICI = reglages.ADRESSE_PUBLIQUE


@pytest.fixture
def fiche(bassens: Collectivite) -> Action:
    return atlaas.fiche_mesuree(bassens, titre="Le <b>vélobus</b>", est_replicable=True)


def cadres(fiche: Action) -> list[str]:
    return [f"/integrer/fiches/{fiche.pk}/", "/integrer/collectivites/33032/", "/integrer/carte/", "/integrer/rien/"]


class TestCadres:
    def test_every_site_may_frame_them_and_they_do_nothing(self, fiche: Action, client: Client) -> None:
        for adresse in cadres(fiche):
            reponse = client.get(adresse)
            regles = reponse["Content-Security-Policy"]
            assert "X-Frame-Options" not in reponse
            assert "frame-ancestors *;" in f"{regles};"
            assert "script-src 'none'" in regles
            assert "form-action 'none'" in regles
            for absent in ("<script", "<form", "<style", "style=", "woff2", "http-equiv"):
                assert absent not in reponse.text, adresse

    def test_no_other_page_may_be_framed(self, fiche: Action, client: Client) -> None:
        autres = ["/", "/atlaas/", "/atlaas/carte/", "/collectivites/33032/", "/compte/login/", "/integrer/oembed.json"]
        code_a_copier = f"/integrer/?page={fiche.get_absolute_url()}"
        for adresse in [*autres, fiche.get_absolute_url(), code_a_copier, "/introuvable/"]:
            reponse = client.get(adresse)
            assert reponse["X-Frame-Options"] == "DENY", adresse
            assert "frame-ancestors 'none'" in reponse["Content-Security-Policy"], adresse

    def test_no_session_is_read_and_the_same_answer_serves_everyone(
        self, fiche: Action, referente: Utilisateur, connecte: Connecte, client: Client
    ) -> None:
        habituee = connecte(referente)
        for adresse in cadres(fiche):
            reponse = habituee.get(adresse)
            assert "Cookie" not in reponse.get("Vary", "")
            assert not reponse.cookies
            assert reponse.content == client.get(adresse).content
            assert reponse["Cache-Control"] == "public, max-age=600" or reponse.status_code != 200

    def test_a_cache_asks_again_for_nothing(self, fiche: Action, client: Client) -> None:
        adresse = cadres(fiche)[0]
        encore = client.get(adresse, headers={"if-none-match": client.get(adresse)["ETag"]})
        assert encore.status_code == 304
        assert encore.get("X-Frame-Options") is None

    def test_the_links_leave_the_frame(self, fiche: Action, client: Client) -> None:
        for adresse in cadres(fiche):
            for lien in re.findall(r"<a\s[^>]*>", client.get(adresse).text):
                assert 'target="_top"' in lien, lien
                assert re.search(r'rel="[^"]*noopener', lien), lien

    def test_a_fiche_in_short_with_its_source(self, fiche: Action, client: Client) -> None:
        page = client.get(cadres(fiche)[0]).text
        assert "Le &lt;b&gt;vélobus" in page
        assert "412" in page
        assert f'href="{fiche.get_absolute_url()}"' in page
        assert f'<link rel="canonical" href="{ICI}{fiche.get_absolute_url()}">' in page
        assert "Licence Ouverte 2.0" in page
        assert "fiche de Bassens" in page

    def test_a_town_with_its_newest_actions(self, bassens: Collectivite, client: Client) -> None:
        actions.inscrire_distinction(bassens, 2026, 4, est_verte=False, mentions=[])
        assert "pas encore publié" in client.get("/integrer/collectivites/33032/").text
        for _ in range(9):
            atlaas.fiche(bassens)
        page = client.get("/integrer/collectivites/33032/").text
        assert page.count("<h2>") == 8
        assert "Voir les 9\u00a0actions" in page
        assert "4\u00a0arobases en 2026" in page

    def test_the_map_of_a_search(self, bassens: Collectivite, bram: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens, titre="Le vélobus")
        atlaas.fiche(bram, titre="La ludothèque")
        assert "2\u00a0actions" in client.get("/integrer/carte/").text
        page = client.get("/integrer/carte/?q=velobus").text
        assert "1\u00a0action : « velobus »" in page
        assert "?q=velobus&amp;departement=33" in page
        assert "Aucune action ne répond" in client.get("/integrer/carte/?q=zzz").text

    @pytest.mark.parametrize("nb", [1, 3])
    def test_they_cost_the_same(
        self, nb: int, bassens: Collectivite, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(nb):
            fiche = atlaas.fiche(bassens)
        for adresse, requetes in zip(cadres(fiche)[:3], (2, 5, 9), strict=True):
            with django_assert_max_num_queries(requetes):
                client.get(adresse)


class TestEntreesFausses:
    @pytest.mark.parametrize("quoi", ["inconnue", "brouillon", "dépubliée"])
    def test_a_fiche_that_nobody_reads(
        self, quoi: str, bassens: Collectivite, chargee_de_mission: Utilisateur, client: Client
    ) -> None:
        fiche = atlaas.fiche(bassens, titre="Le secret", publiee=quoi != "brouillon")
        if quoi == "dépubliée":
            actions.depublier_action(fiche, par=chargee_de_mission, motif="Publicité")
        reponse = client.get(f"/integrer/fiches/{999_999 if quoi == 'inconnue' else fiche.pk}/")
        assert reponse.status_code == 404
        assert "Le secret" not in reponse.text
        assert 'href="/atlaas/"' in reponse.text

    @pytest.mark.parametrize(
        ("adresse", "statut"),
        [
            ("/integrer/collectivites/99999/", 404),
            ("/integrer/fiches/x/", 404),
            ("/integrer/fiches/99999999999999999999/", 404),
            ("/integrer/carte/?pres=zzzz", 400),
            ("/integrer/carte/?q=" + "a" * 300, 400),
            ("/integrer/carte/?enjeu=' OR 1=1", 200),
            ("/integrer/carte/?departement=zz&q=%F0%9F%9A%B2", 200),
        ],
    )
    def test_a_light_page_with_a_way_on(self, adresse: str, statut: int, client: Client) -> None:
        reponse = client.get(adresse)
        assert reponse.status_code == statut
        assert "X-Frame-Options" not in reponse
        assert "/atlaas/" in reponse.text

    def test_a_merged_fiche_and_a_merged_town_lead_to_what_stays(
        self, bassens: Collectivite, referente: Utilisateur, client: Client
    ) -> None:
        part, reste = atlaas.fiche(bassens), atlaas.fiche(bassens)
        fusionner(part, reste, par=referente, a=timezone.now() + timedelta(1))
        assert client.get(f"/integrer/fiches/{part.pk}/").headers["Location"] == f"/integrer/fiches/{reste.pk}/"
        Collectivite.objects.filter(pk=bassens.pk).update(anciens_codes=["33999"])
        assert client.get("/integrer/collectivites/33999/").headers["Location"] == "/integrer/collectivites/33032/"

    def test_nothing_is_written_there(self, fiche: Action, client: Client) -> None:
        assert {client.post(adresse).status_code for adresse in cadres(fiche)} == {405}


class TestPoids:
    def test_a_first_visit_weighs_little(self, bassens: Collectivite, client: Client) -> None:
        """The page and all that it fetches, compressed as the proxy does; 40 kB at most."""
        import gzip

        for _ in range(9):
            fiche = atlaas.fiche(bassens, resume="Un résumé de bonne taille. " * 10)
        for adresse in cadres(fiche):
            page = client.get(adresse).text
            fichiers = set(re.findall(r'"(/static/[^"#]+)', page))
            assert all(Path(reglages.BASE_DIR, f.lstrip("/")).exists() for f in fichiers), "make assets"
            textes = [page.encode(), *(Path(reglages.BASE_DIR, f.lstrip("/")).read_bytes() for f in fichiers)]
            assert sum(len(gzip.compress(t)) for t in textes) < 40_000
            assert not re.search(r'(?:src|href)="https?://(?!localhost)[^"]*\.(?:css|js|svg|png|woff2)', page)


class TestCode:
    def test_the_panel_is_on_each_page(self, fiche: Action, client: Client) -> None:
        pages = {
            fiche.get_absolute_url(): cadres(fiche)[0],
            "/collectivites/33032/": cadres(fiche)[1],
            "/atlaas/carte/?q=velobus": "/integrer/carte/?q=velobus",
        }
        for adresse, cadre in pages.items():
            page = client.get(adresse).text
            assert f"&lt;iframe src=&quot;{ICI}{cadre}&quot;" in page
            assert f"/integrer/?page={quote(adresse, safe='/')}" in page
        lien = re.search(r'href="(/integrer/\?page=[^"]+)"', client.get("/atlaas/?q=velobus").text)
        assert lien
        assert parse_qs(urlsplit(lien[1]).query) == {"page": ["/atlaas/carte/?q=velobus"]}

    def test_a_draft_has_none(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        brouillon = atlaas.fiche(bassens, publiee=False)
        client = connecte(referente)
        assert "integration__code" not in client.get(brouillon.get_absolute_url()).text
        assert client.get(f"/integrer/?page={brouillon.get_absolute_url()}").status_code == 404

    def test_the_size_is_chosen_and_seen(self, fiche: Action, client: Client) -> None:
        reponse = client.get("/integrer/", {"page": fiche.get_absolute_url(), "taille": "colonne"})
        assert f'src="{cadres(fiche)[0]}"' in reponse.text
        assert 'width="320"' in reponse.text
        assert "max-width: 320px" in reponse.text
        assert "frame-src 'self'" in reponse["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "page",
        ["", "/", "/atlaas/donnees/", "/rien/", "https://ailleurs.fr/atlaas/carte/", "//ailleurs.fr/atlaas/carte/",
         "http://[", "/collectivites/99999/", "/collectivites/%00/", "/atlaas/carte/?pres=zzzz", "javascript:alert(1)"],
    )  # fmt: skip
    def test_what_has_no_frame(self, page: str, client: Client) -> None:
        assert client.get("/integrer/", {"page": page}).status_code == 404
        assert client.get("/integrer/oembed.json", {"url": page or "/"}).status_code == 404

    def test_an_unknown_size(self, client: Client) -> None:
        assert client.get("/integrer/", {"page": "/atlaas/carte/", "taille": "x"}).status_code == 404

    def test_no_title_leaves_its_attribute(self) -> None:
        article = taille(Genre.FICHE)
        assert article
        assert 'title="&quot;&gt;&lt;script&gt;"' in code("https://x.fr/?a=1&b=2", '"><script>', article)
        assert "a=1&amp;b=2" in code("https://x.fr/?a=1&b=2", "", article)


class TestOEmbed:
    def lu(self, client: Client, **demande: Any) -> dict[str, Any]:
        reponse = client.get("/integrer/oembed.json", demande)
        assert reponse.status_code == 200
        assert reponse["Access-Control-Allow-Origin"] == "*"
        return dict(json.loads(reponse.content))

    def test_a_page_tells_where_to_ask_and_the_answer_is_its_frame(self, fiche: Action, client: Client) -> None:
        for adresse in (fiche.get_absolute_url(), "/collectivites/33032/", "/atlaas/carte/"):
            (demande,) = re.findall(r'application/json\+oembed" href="([^"]+)"', client.get(adresse).text)
            assert demande.startswith(f"{ICI}/integrer/oembed.json?url=")
            lu = json.loads(client.get(demande.removeprefix(ICI)).content)
            assert (lu["version"], lu["type"], lu["width"]) == ("1.0", "rich", 640)
            assert lu["html"].startswith(f'<iframe src="{ICI}/integrer/')
        assert self.lu(client, url=f"{ICI}{fiche.get_absolute_url()}", format="json")["author_name"] == "Bassens"

    def test_it_holds_in_the_room_given(self, fiche: Action, client: Client) -> None:
        url = ICI + fiche.get_absolute_url()
        for largeur, attendue in ((2000, 960), (700, 640), (400, 320), (200, 200)):
            assert self.lu(client, url=url, maxwidth=largeur)["width"] == attendue
        assert self.lu(client, url=url, maxheight=100)["height"] == 100
        assert taille_pour(Genre.CARTE, None, None).largeur == 640

    @pytest.mark.parametrize(
        ("demande", "statut"),
        [({"format": "xml", "url": "/"}, 501), ({}, 400), ({"url": "/atlaas/carte/", "maxwidth": "-1"}, 400)],
    )
    def test_what_it_does_not_answer(self, demande: dict[str, str], statut: int, client: Client) -> None:
        reponse = client.get("/integrer/oembed.json", demande)
        assert reponse.status_code == statut
        assert json.loads(reponse.content)["erreur"]


def test_the_map_has_its_preview_and_its_address(client: Client) -> None:
    ground.version_publiee()
    page = client.get("/atlaas/carte/?q=velobus").text
    assert f'<link rel="canonical" href="{ICI}/atlaas/carte/">' in page
    assert '<meta property="og:title" content="La carte des actions numériques des territoires">' in page
