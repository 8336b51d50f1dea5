from collections.abc import Iterator

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from atlaas import indexation
from atlaas.models import Entree
from atlaas.recherche.calculs import abscisse, ordonnee, reperes_du_cadre
from atlaas.recherche.forms import LISTE_LISIBLE, _les_plus_frequents
from atlaas.recherche.queries import comptes as module_comptes
from atlaas.recherche.queries import debuts, suggestions
from atlaas.recherche.queries.comptes import Choix, choix_par_genre, compter
from atlaas.recherche.queries.criteres import Criteres, Lieu, cles_des_choix, entrees, requete_de
from atlaas.recherche.queries.debuts import Lexemes
from atlaas.recherche.queries.resultats import Curseur, CurseurInvalide, feuille
from atlaas.recherche.queries.surlignage import surligner
from tests.factories import atlaas, ground
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db


def titres(q: str = "", lieu: Lieu | None = None, **choix: str) -> list[str]:
    criteres = Criteres(q, choix, lieu)
    return [a.titre for a in feuille(criteres, cles_des_choix(criteres)).fiches]


def totaux(q: str = "", **choix: str) -> dict[str, module_comptes.Comptes]:
    criteres = Criteres(q, choix)
    return compter(criteres, cles_des_choix(criteres))


@pytest.fixture
def fiches(bassens: Collectivite) -> None:
    epci = ground.collectivite("Métropole", "243300316", type=TypeCollectivite.EPCI)
    atlaas.fiche(bassens, "C3.1", titre="Médiathèque ouverte le dimanche")
    atlaas.fiche(bassens, "A1.4", "A1.3", titre="Budget participatif", description="Les écoles votent à Évry")
    atlaas.fiche(epci, "B1.1", titre="Alerte aux habitants", resume="Un cœur de métropole prévenu")
    atlaas.fiche(bassens, "A1.1", titre="Brouillon de médiathèque", publiee=False)


@pytest.mark.parametrize(
    ("q", "attendus"),
    [
        ("mediatheque", ["Médiathèque ouverte le dimanche"]),
        ("MÉDIATHÈQUES", ["Médiathèque ouverte le dimanche"]),
        ("médiath", ["Médiathèque ouverte le dimanche"]),
        ("ecole", ["Budget participatif"]),
        ("evry", ["Budget participatif"]),
        ("coeur", ["Alerte aux habitants"]),
        ("participatif bud", ["Budget participatif"]),
        ('"budget participatif"', ["Budget participatif"]),
        ('"participatif budget"', []),
        ("budget or alerte", ["Budget participatif", "Alerte aux habitants"]),
        ("dimanche -ouverte", []),
        ("budget bassens", ["Budget participatif"]),
        ("introuvable", []),
        ("de la", []),
        ("'; DROP TABLE atlaas_action; --", []),
        ("🎉🎉", []),
        ("مرحبا بالعالم", []),
        ('"guillemet ouvert', []),
    ],
)
def test_words_find_the_published_fiches(fiches: None, q: str, attendus: list[str]) -> None:
    assert set(titres(q)) == set(attendus)


def test_title_then_services_then_summary_then_description(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, "A2.1", titre="Quatre", description="On y parle de vélo, de vélo et encore de vélo")
    atlaas.fiche(bassens, "A2.1", titre="Trois", resume="Un vélo")
    atlaas.fiche(bassens, "A2.1", titre="Deux", outils="Vélo")
    atlaas.fiche(bassens, "A2.1", titre="Vélo pour tous")
    assert titres("velo") == ["Vélo pour tous", "Deux", "Trois", "Quatre"]


def test_of_two_that_say_the_same_the_replicable_one_comes_first(bassens: Collectivite) -> None:
    atlaas.fiche_replicable(bassens, titre="Navette du marché", resume="Une")
    atlaas.fiche(bassens, titre="Navette du marché", resume="Deux")
    criteres = Criteres("navette")
    assert [a.resume for a in feuille(criteres, {}).fiches] == ["Une", "Deux"]


@pytest.mark.parametrize(
    ("choix", "nb"),
    [
        ({}, 3),
        ({"enjeu": "A1"}, 1),
        ({"service": "A1.3"}, 1),
        ({"type": "epci"}, 1),
        ({"type": "commune"}, 2),
        ({"strate": "petite"}, 2),
        ({"region": "75"}, 3),
        ({"region": "99"}, 0),
        ({"enjeu": "A1", "type": "epci"}, 0),
        ({"q": "budget", "enjeu": "A1"}, 1),
    ],
)
def test_facets_narrow_the_list(fiches: None, choix: dict[str, str], nb: int) -> None:
    assert len(titres(**choix)) == nb
    assert totaux(**choix)[""].total == nb


def test_the_count_of_a_choice_is_what_choosing_it_gives(fiches: None) -> None:
    criteres = Criteres("", {"enjeu": "A1", "type": "commune"})
    lus = choix_par_genre(criteres, compter(criteres, cles := cles_des_choix(criteres)), cles)
    assert {c.code: c.nb for c in lus["enjeu"]} == {"A1": 1, "C3": 1}
    assert {c.code: c.nb for c in lus["type"]} == {"commune": 1}
    assert {c.code: c.nb for c in lus["region"]} == {"75": 1}


def test_of_several_choices_one_may_be_no_fiche_s(fiches: None) -> None:
    lus = totaux(stade="en_service", enjeu="Z9", replicable="non")
    assert {genre: lu.total for genre, lu in lus.items()} == {"": 0, "stade": 0, "enjeu": 0, "replicable": 0}
    lus = totaux(type="commune", enjeu="Z9", region="75")
    assert {genre: lu.total for genre, lu in lus.items()} == {"": 0, "type": 0, "enjeu": 2, "region": 0}


def test_many_rows_are_counted_from_a_sample(fiches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    Entree.objects.update(tirage=0)
    monkeypatch.setattr(module_comptes, "EXACT_JUSQU_A", 1)
    monkeypatch.setattr(module_comptes, "ECHANTILLON", 1)
    lu = totaux()[""]
    assert not lu.est_exact
    assert lu.total >= 3  # three rows drawn, scaled up


def test_a_row_bears_its_landmarks(bassens: Collectivite) -> None:
    fiche = atlaas.fiche(bassens)
    for tirage, niveaux in ((0, 10), (1, 9), (3, 8), (511, 1), (512, 0), (1023, 0)):
        Entree.objects.filter(pk=fiche.pk).update(tirage=tirage, qualite=330, latitude=44.9, longitude=-0.52)
        reperes = Entree.objects.values_list("reperes", flat=True).get()
        assert reperes[:niveaux] == list(range(1, niveaux + 1))
        assert reperes[niveaux] == 1010
        place = (abscisse(-0.52), ordonnee(44.9)) * 2
        assert {reperes[-1]} == set(reperes_du_cadre(place))
    Entree.objects.filter(pk=fiche.pk).update(qualite=-40, latitude=None, longitude=None)
    assert Entree.objects.values_list("reperes", flat=True).get() == [1000]


def test_of_all_the_fiches_the_kept_counts_are_shown_while_they_are_fresh(
    fiches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexation.compter()
    exact = totaux(type="commune")
    monkeypatch.setattr(module_comptes, "EXACT_JUSQU_A", 1)
    monkeypatch.setattr(module_comptes, "ECHANTILLON", 1)
    monkeypatch.setattr(module_comptes, "ECART", 1e9)
    garde = totaux(type="commune")["type"]
    assert garde.est_exact
    assert garde.total == exact["type"].total
    assert {cle: exact["type"].par_choix[cle] for cle in garde.par_choix} == garde.par_choix
    monkeypatch.setattr(module_comptes, "ECART", -1)
    assert not totaux()[""].est_exact


class TestPages:
    def test_each_fiche_is_on_one_page_and_back_is_the_same(self, bassens: Collectivite) -> None:
        tous = [atlaas.fiche(bassens, titre=f"Atelier {n}").pk for n in range(7)]
        vus, suivant, pages = [], "", []
        for _ in range(4):
            page = feuille(Criteres("atelier"), {}, apres=suivant, nb=3)
            pages.append([a.pk for a in page.fiches])
            vus += pages[-1]
            suivant = page.apres
            if not suivant:
                break
        assert sorted(vus) == sorted(tous)
        retour = feuille(Criteres("atelier"), {}, avant=page.avant, nb=3)
        assert [a.pk for a in retour.fiches] == pages[-2]

    def test_beyond_the_ranked_ones_the_others_follow(
        self, bassens: Collectivite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("atlaas.recherche.queries.resultats.CLASSEES", 2)
        tous = {atlaas.fiche(bassens, titre=f"Atelier {n}").pk for n in range(4)}
        premiere = feuille(Criteres("atelier"), {}, nb=2)
        suite = feuille(Criteres("atelier"), {}, apres=premiere.apres, nb=2)
        assert {a.pk for a in (*premiere.fiches, *suite.fiches)} == tous

    def test_back_from_beyond_the_ranked_ones_shows_each_fiche_once(
        self, bassens: Collectivite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("atlaas.recherche.queries.resultats.CLASSEES", 5)
        tous = {atlaas.fiche(bassens, titre=f"Atelier {n}").pk for n in range(11)}
        criteres, suivant, aller = Criteres("atelier"), "", []
        while True:
            page = feuille(criteres, {}, apres=suivant, nb=2)
            aller += [a.pk for a in page.fiches]
            if not (suivant := page.apres):
                break
        retour = [a.pk for a in reversed(page.fiches)]
        while page.avant:
            page = feuille(criteres, {}, avant=page.avant, nb=2)
            retour += [a.pk for a in reversed(page.fiches)]
        assert len(aller) == len(tous)
        assert set(aller) == tous
        assert retour == aller[::-1]

    @pytest.mark.parametrize("q", ["", "atelier"])
    def test_many_rows_are_read_slab_after_slab_in_the_same_order(
        self, q: str, bassens: Collectivite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        qualites = {atlaas.fiche(bassens, titre=f"Atelier {n}").pk: 9_000 - n**4 for n in range(9)}
        for cle, qualite in qualites.items():
            Entree.objects.filter(pk=cle).update(qualite=qualite)
        monkeypatch.setattr("atlaas.recherche.queries.resultats.CLASSEES", 3)
        criteres = Criteres(q, {"type": "commune"})
        cles, suivant, vus = cles_des_choix(criteres), "", []
        for _ in range(5):
            page = feuille(criteres, cles, apres=suivant, nb=2, environ=100_000)
            vus += [a.pk for a in page.fiches]
            suivant = page.apres
        assert vus == list(qualites)

    @pytest.mark.parametrize("texte", ["x", "q", "q1", "q1_", "z1_2", "q1_-2", "q1_2_3", "q" + "9" * 40 + "_1"])
    def test_a_place_that_is_none_is_refused(self, texte: str) -> None:
        with pytest.raises(CurseurInvalide):
            Curseur.lire(texte)


class TestLieu:
    def test_the_nearest_come_first_and_the_far_ones_stay_out(self, bassens: Collectivite, bram: Collectivite) -> None:
        ici, la = atlaas.fiche(bassens), atlaas.fiche(bram)
        Entree.objects.filter(action=ici).update(latitude=44.9, longitude=-0.52)
        Entree.objects.filter(action=la).update(latitude=45.1, longitude=-0.52)
        assert titres(lieu=Lieu(45.09, -0.52, 100)) == [la.titre, ici.titre]
        assert titres(lieu=Lieu(45.09, -0.52, 10)) == [la.titre]

    def test_circle_after_circle_each_fiche_comes_once_there_and_back(self, bassens: Collectivite) -> None:
        cles = [atlaas.fiche(bassens, titre=f"Lieu {n}").pk for n in range(7)]
        for rang, cle in enumerate(cles):
            Entree.objects.filter(pk=cle).update(latitude=45 + rang / 10, longitude=0)
        criteres, suivant, aller = Criteres(lieu=Lieu(45, 0, 100)), "", []
        for _ in range(4):
            page = feuille(criteres, {}, apres=suivant, nb=2, environ=5_000)
            aller.append([a.pk for a in page.fiches])
            suivant = page.apres
        assert [cle for lues in aller for cle in lues] == cles
        assert [a.pk for a in feuille(criteres, {}, avant=page.avant, nb=2).fiches] == aller[-2]

    def test_the_pole_and_the_date_line_break_nothing(self, fiches: None) -> None:
        assert titres(lieu=Lieu(90, 180, 100)) == []


class TestSuggestions:
    @pytest.mark.parametrize(
        ("q", "corrige"),
        [
            ("mediateque", "médiathèque"),
            ("bugdet participatif", "budget participatif"),
            ("médiathèques", ""),
            ("velo", ""),
            ("zzzzzzz", ""),
            ("buget partic", "budget partic"),
        ],
    )
    def test_a_misspelling_leads_to_the_nearest_known_word(self, fiches: None, q: str, corrige: str) -> None:
        indexation.apprendre()
        suggestions._vocabulaire.cache_clear()
        assert suggestions.autre_orthographe(q) == corrige

    def test_towns_services_and_tools_of_that_name(self, bassens: Collectivite) -> None:
        lu = suggestions.ailleurs("bassens", arbre(ground.version_publiee()), [])
        assert [r.collectivite for r in lu.collectivites] == [bassens]
        lu = suggestions.ailleurs("bassensoft", None, [Choix("bassensoft", "Bassensoft", 1, False)])
        assert lu.choix == (("outil", "bassensoft", "Bassensoft"),)


class TestDebuts:
    @pytest.fixture(autouse=True)
    def _connus(self) -> Iterator[None]:
        debuts._frequents.cache_clear()
        yield
        debuts._frequents.cache_clear()

    def test_where_many_words_begin_so_the_common_ones_stand_for_them(
        self, bassens: Collectivite, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for nb, mot in ((4, "Médiathèque d’été"), (3, "Médiation"), (2, "Médicament l'hiver"), (1, "Médiéval")):
            for _ in range(nb):
                atlaas.fiche(bassens, titre=mot)
        with connection.cursor() as curseur:
            curseur.execute("ANALYZE atlaas_entree")
        tous = set(titres("médi"))
        assert debuts._communs("médi") == []
        monkeypatch.setattr(debuts, "TROP", 5)
        monkeypatch.setattr(debuts, "COMMUNS", 2)
        debuts._frequents.cache_clear()
        assert debuts._communs("médi") == ["mediathequ", "mediat"]
        assert set(titres("médi")) == {"Médiathèque d’été", "Médiation"} < tous
        assert set(titres("bassens médi")) == {"Médiathèque d’été", "Médiation"}
        assert debuts._communs("médic") == debuts._communs("le") == []

    @pytest.mark.parametrize("lexeme", ["aujourd'hui", "a\\b", "c++", "l'", "é:*", "&|!"])
    def test_any_word_of_the_index_can_be_looked_for(self, lexeme: str, db: None) -> None:
        assert list(Entree.objects.filter(recherche=SearchQuery("rien") | Lexemes(lexeme, "autre"))) == []


def test_matched_words_are_marked_and_nothing_else_becomes_html() -> None:
    rendu = surligner("ecole velo", ["Les Écoles à vélo <b>", "Rien & tout"])
    assert rendu == ["Les <mark>Écoles</mark> à <mark>vélo</mark> &lt;b&gt;", "Rien &amp; tout"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
def test_no_text_breaks_the_search(q: str) -> None:
    list(Entree.objects.filter(recherche=requete_de(q))[:1])
    list(entrees(Criteres(q), {})[:1])
    assert "<script" not in surligner(q, ["<script>"])[0]


def test_a_list_too_long_to_be_read_keeps_what_most_fiches_have_and_the_choice() -> None:
    liste = [Choix(f"{n:04}", f"Intercommunalité {n}", n, n == 0) for n in range(400)]
    gardes = {c.code for c in _les_plus_frequents(liste)}
    assert len(gardes) == LISTE_LISIBLE
    assert {"0000", "0399"} <= gardes
    assert "0100" not in gardes
