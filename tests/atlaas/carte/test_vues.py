"""The map and its cells: what they count is what the list shows, and a wrong box is told."""

import json
import re

import pytest
from django.test import Client

from atlaas.carte.calculs import Boite
from atlaas.carte.queries import tirages
from atlaas.carte.queries.cellules import CELLULES as CELLULES_MAX
from atlaas.carte.queries.cellules import cellules, tenir
from atlaas.carte.queries.departements import choroplethe
from atlaas.models import Entree
from atlaas.recherche.queries.comptes import choix_par_genre, compter
from atlaas.recherche.queries.criteres import Criteres
from tests.factories import atlaas
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
GIRONDE, AUDE = "-1,44.5,0,45.5", "2,43,2.5,43.5"
CELLULES, CARTE = "/atlaas/carte/cellules/", "/atlaas/carte/"


def placer(fiche: object, latitude: float, longitude: float) -> None:
    Entree.objects.filter(action=fiche).update(latitude=latitude, longitude=longitude)


@pytest.fixture
def fiches(bassens: Collectivite, bram: Collectivite) -> None:
    for n in range(3):
        placer(atlaas.fiche(bassens, "A1.1", titre=f"Atelier {n}"), 44.9, -0.52)
    placer(atlaas.fiche(bassens, "C3.1", titre="Médiathèque <b>ouverte</b>"), 45.4, -0.9)
    placer(atlaas.fiche(bram, "C3.1", titre="Ludothèque"), 43.24, 2.11)
    placer(atlaas.fiche(bassens, titre="Sans lieu"), None, None)  # type: ignore[arg-type]
    atlaas.fiche(bassens, titre="Brouillon", publiee=False)


class TestCellules:
    def test_a_box_gives_its_cells_and_the_single_fiche_its_title(self, fiches: None, client: Client) -> None:
        reponse = client.get(CELLULES, {"bbox": GIRONDE, "zoom": "9"})
        lu = reponse.json()
        assert (lu["total"], lu["est_exact"], [c["nb"] for c in lu["cellules"]]) == (4, True, [3, 1])
        assert lu["cellules"][0]["lieu"] == "Bassens"
        assert lu["cellules"][0]["point"] == pytest.approx([44.9, -0.52], abs=1e-3)
        assert lu["cellules"][1]["titre"] == "Médiathèque <b>ouverte</b>"
        assert client.get(lu["cellules"][1]["url"]).status_code == 200

    def test_the_same_search_narrows_it(self, fiches: None, client: Client) -> None:
        lire = lambda **choix: client.get(CELLULES, {"bbox": GIRONDE, "zoom": "9", **choix}).json()["total"]  # noqa: E731
        assert [lire(q="atelier"), lire(enjeu="C3"), lire(enjeu="zz"), lire(q="ludotheque")] == [3, 1, 0, 0]

    @pytest.mark.parametrize(
        ("cadre", "phrase"),
        [
            ({}, "Donnez le cadre"),
            ({"bbox": "1,2,3"}, "quatre nombres"),
            ({"bbox": "a,b,c,d"}, "quatre nombres"),
            ({"bbox": "nan,nan,nan,nan"}, "quatre nombres"),
            ({"bbox": "-inf,0,inf,1"}, "quatre nombres"),
            ({"bbox": "5,40,-5,50"}, "à l’envers"),
            ({"bbox": "-5,50,5,40"}, "à l’envers"),
            ({"bbox": "-200,40,5,50"}, "sort du monde"),
            ({"bbox": "0,-91,5,50"}, "sort du monde"),
            ({"bbox": GIRONDE, "zoom": "17"}, "de 0 à 16"),
            ({"bbox": GIRONDE, "zoom": "-1"}, "de 0 à 16"),
            ({"bbox": GIRONDE, "zoom": "9" * 400}, "de 0 à 16"),
            ({"bbox": GIRONDE, "zoom": "1.5"}, "de 0 à 16"),
            ({"bbox": GIRONDE, "q": "x" * 500}, "200 caractères"),
            ({"bbox": GIRONDE, "pres": "zzzz"}, "n’est pas dans le registre"),
        ],
    )
    def test_a_wrong_box_is_told_in_french(self, client: Client, cadre: dict[str, str], phrase: str) -> None:
        reponse = client.get(CELLULES, cadre)
        assert reponse.status_code == 400
        assert phrase in " ".join(p for lues in reponse.json()["erreurs"].values() for p in lues)
        if cadre:
            page = client.get(CARTE, cadre)
            assert page.status_code == 400
            assert phrase in page.content.decode()

    def test_an_unchanged_box_is_not_sent_again(self, fiches: None, client: Client) -> None:
        reponse = client.get(CELLULES, {"bbox": GIRONDE, "zoom": "9"})
        assert "public" in reponse["Cache-Control"]
        assert "max-age=60" in reponse["Cache-Control"]
        redite = client.get(CELLULES, {"bbox": GIRONDE, "zoom": "9"}, headers={"If-None-Match": reponse["ETag"]})
        assert redite.status_code == 304

    def test_the_number_of_queries_does_not_grow(
        self, bassens: Collectivite, django_assert_num_queries: object
    ) -> None:
        boite = Boite(-1, 44, 1, 46)
        for nb in (1, 3):
            for n in range(nb):
                placer(atlaas.fiche(bassens), 44.5 + n / 3, 0.5)
            with django_assert_num_queries(4):  # type: ignore[operator]
                cellules(Entree.objects.all(), boite, 9)

    def test_the_answer_is_light_whatever_there_is(self) -> None:
        place = {"point": [-88.8888, -177.7777], "nb": 999_999, "cadre": [-177.7777, -88.8888, -177.7777, -88.8888]}
        details = {"lieu": "É" * 40, "titre": "é" * 80, "url": "/atlaas/fiches/1234567-" + "e" * 120 + "/"}
        rendues = tenir([(place, details)] * CELLULES_MAX)
        assert len(rendues) == CELLULES_MAX
        assert "titre" in rendues[0]
        assert "titre" not in rendues[-1]
        assert len(json.dumps(rendues, ensure_ascii=False, separators=(",", ":")).encode()) <= 30_000

    def test_many_rows_are_drawn_from_a_sample(self, fiches: None, monkeypatch: pytest.MonkeyPatch) -> None:
        Entree.objects.update(tirage=0)
        monkeypatch.setattr(tirages, "EXACT_JUSQU_A", 0)
        monkeypatch.setattr(tirages, "ECHANTILLON", 0)
        tire = tirages.tirer(Entree.objects.all(), Boite(-180, -85, 180, 85))
        assert not tire.est_exact
        assert (tire.facteur, tire.ajuster(5)) == (1024, 5100)


class TestPage:
    def test_the_departements_count_what_the_facets_count(self, fiches: None, client: Client) -> None:
        criteres = Criteres()
        comptes = compter(criteres, {})
        lu = choroplethe(comptes[""])
        facettes = choix_par_genre(criteres, comptes, {})["departement"]
        assert {ligne.code: ligne.nb for ligne in lu.lignes if ligne.nb} == {c.code: c.nb for c in facettes}

    def test_the_first_view_is_drawn_without_javascript_and_its_table_says_the_same(
        self, fiches: None, client: Client
    ) -> None:
        page = client.get(CARTE, {"enjeu": "C3"}).content.decode()
        assert 'aria-label="Gironde, 2\u00a0actions"' in page
        assert "#d33" in page
        assert 'href="/atlaas/?enjeu=C3&amp;departement=33">Gironde (33)</a>' in page
        assert 'href="/atlaas/?enjeu=C3"' in page  # the tab of the list keeps the search
        assert not re.search(r"style\s*=\s*[\"']", page)

    def test_the_list_is_that_of_the_box(self, fiches: None, client: Client) -> None:
        page = client.get(CARTE, {"bbox": AUDE}).content.decode()
        assert "Ludothèque" in page
        assert "Atelier" not in page
        assert "1\u00a0action dans ce cadre" in page

    def test_the_fragment_is_the_list_alone(self, fiches: None, client: Client) -> None:
        en_tetes = {"HX-Request": "true", "HX-Target": "carte-liste"}
        page = client.get(CARTE, {"bbox": GIRONDE}, headers=en_tetes).content.decode()
        assert page.count("<h1") == 0
        assert page.count('carte-liste__fiche"') == 4

    def test_each_fiche_of_a_box_is_on_one_page_and_back_is_the_same(
        self, bassens: Collectivite, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("atlaas.carte.queries.liste.PAR_PAGE", 2)
        for _ in range(5):
            placer(atlaas.fiche(bassens), 44.9, -0.52)
        vues, curseur = [], ""
        while True:
            feuille = client.get(CARTE, {"bbox": GIRONDE, "apres": curseur}).context["page"].feuille
            vues.append([a.pk for a in feuille.fiches])
            if not feuille.apres:
                break
            curseur = feuille.apres
        assert len({pk for page in vues for pk in page}) == 5
        retour = client.get(CARTE, {"bbox": GIRONDE, "avant": feuille.avant}).context["page"].feuille
        assert [a.pk for a in retour.fiches] == vues[-2]

    @pytest.mark.parametrize("apres", ["x", "m1_2", "q1_-3"])
    def test_a_place_that_is_none_is_told(self, fiches: None, client: Client, apres: str) -> None:
        assert client.get(CARTE, {"bbox": GIRONDE, "apres": apres}).status_code == 400

    def test_the_ign_is_asked_only_where_it_is_wanted(self, fiches: None, client: Client, settings: object) -> None:
        sans = client.get(CARTE)
        assert "geopf" not in sans.content.decode() + sans["Content-Security-Policy"]
        settings.CARTE_TUILES_IGN = True  # type: ignore[attr-defined]
        avec = client.get(CARTE)
        assert "img-src 'self' data: https://data.geopf.fr" in avec["Content-Security-Policy"]
        assert "votre navigateur demande ces images à data.geopf.fr" in avec.content.decode()
        assert "geopf" not in client.get("/atlaas/")["Content-Security-Policy"]
