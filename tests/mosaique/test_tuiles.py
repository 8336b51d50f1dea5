"""A tile and a row say the same, in words, and trust no text."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mosaique.comparaison.calculs import radar
from mosaique.queries import FamilleResumee, Tuile
from mosaique.templatetags.radars import cadre_du_radar
from mosaique.templatetags.tuiles import carres, rangees, tuiles

TUILE = Tuile(
    code="A1",
    nom="Démocratie & « <b>locale</b> »",
    famille="A",
    est_transversale=False,
    niveau=3,
    niveau_libelle="Installé et mesuré",
    niveau_etaye=2,
    niveau_etaye_libelle="Structuré",
    couverture=Decimal("0.6"),
    score=Decimal("69.4"),
    nb_actions=1,
    nb_en_place=4,
    nb_concernes=6,
    est_renseigne=True,
    tendance="hausse",
    url="/mosaique/33032/2027/A1/",
    demande="réponse à relire",
)
FAMILLE = FamilleResumee("A", "Démocratie", False, (TUILE,))


def test_a_tile_says_its_level_coverage_actions_trend_and_who_is_asked() -> None:
    html = tuiles(FAMILLE)
    assert '<a href="/mosaique/33032/2027/A1/">' in html
    assert "&lt;b&gt;locale&lt;/b&gt;" in html
    for dit in (
        "Déclaré 3, étayé 2",
        "4/6 services",
        "services en place sur 6",
        "action</span>",
        "↑",
        "en hausse",
        "à relire",
    ):
        assert dit in html
    assert html.count('class="plein"') == 2
    assert html.count('class="declare"') == 1


def test_a_row_says_the_same() -> None:
    html = rangees(FAMILLE, avec_tendance=True)
    for dit in ("3, installé et mesuré", "2, structuré", "4 sur 6", ">1</td>", ">69</td>", "en hausse", "à relire"):
        assert dit in html
    assert "<b>" not in html
    assert "en hausse" not in rangees(FAMILLE, avec_tendance=False)


def test_without_address_nothing_is_a_link_and_without_level_the_tile_is_empty() -> None:
    muette = replace(FAMILLE, tuiles=(replace(TUILE, url="", niveau=None, tendance="", demande=""),))
    html = tuiles(muette) + rangees(muette, avec_tendance=False)
    assert "<a" not in html
    assert "mosaique__tuile--vide" in html
    assert "À renseigner" in html
    assert "mosaique__charge" not in html


@pytest.mark.parametrize(("niveau", "etaye", "dessin"), [(None, 0, "cccc"), (3, 1, "pddc"), (4, 4, "pppp")])
def test_the_squares_are_full_declared_or_empty(niveau: int | None, etaye: int, dessin: str) -> None:
    mots = {"p": "plein", "d": "declare", "c": "creux"}
    assert carres(niveau, etaye).count("<i ") == 4
    assert "".join(f'<i class="{mots[c]}"></i>' for c in dessin) in carres(niveau, etaye)


def test_the_frame_of_the_radar_names_its_families_as_text() -> None:
    html = cadre_du_radar(radar([("A", "Un & deux"), ("B", "Trois"), ("C", "Quatre")], []))
    assert "Un &amp; deux" in html
    assert html.count("<line ") == 3
