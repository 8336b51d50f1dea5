import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlaas.models import Action
from atlaas.queries import Criteres, facettes, rechercher, requete_de
from tests.factories import atlaas, ground
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db


def titres(**criteres: str) -> list[str]:
    return [a.titre for a in rechercher(Criteres(**criteres))]


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
        ("introuvable", []),
        ("de la", []),
        ("'; DROP TABLE atlaas_action; --", []),
        ("🎉🎉", []),
        ('"guillemet ouvert', []),
    ],
)
def test_words_find_the_published_fiches(fiches: None, q: str, attendus: list[str]) -> None:
    assert set(titres(q=q)) == set(attendus)


def test_a_word_of_the_title_comes_before_a_word_of_the_text(bassens: Collectivite) -> None:
    atlaas.fiche(bassens, titre="Tout autre chose", description="On y parle de vélo")
    atlaas.fiche(bassens, titre="Vélo pour tous")
    assert titres(q="velo") == ["Vélo pour tous", "Tout autre chose"]


@pytest.mark.parametrize(
    ("criteres", "nb"),
    [
        ({}, 3),
        ({"enjeu": "A1"}, 1),
        ({"famille": "B"}, 1),
        ({"type": "epci"}, 1),
        ({"type": "commune"}, 2),
        ({"region": "75"}, 3),
        ({"region": "99"}, 0),
        ({"enjeu": "A1", "type": "epci"}, 0),
        ({"q": "budget", "enjeu": "A1"}, 1),
    ],
)
def test_facets_narrow_the_list(fiches: None, criteres: dict[str, str], nb: int) -> None:
    assert len(titres(**criteres)) == nb


def test_the_count_of_a_choice_is_what_choosing_it_gives(fiches: None) -> None:
    comptes = facettes(Criteres(enjeu="A1", type="commune"))
    assert comptes.enjeux == {"A1": 1, "C3": 1}
    assert comptes.types == {"commune": 1}
    assert comptes.regions == {"75": 1}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
def test_no_text_breaks_the_search(q: str) -> None:
    list(Action.objects.filter(recherche=requete_de(q))[:1])
