"""The radar says what its table says, and nobody needs a colour, or eyes, to read it."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from mosaique.comparaison import actions, calculs
from mosaique.comparaison.queries.images import radar_de
from mosaique.queries import resume
from tests.factories import comparaison as fabrique
from tests.factories import mosaique as mosaiques
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

FAMILLES = [(code, f"Famille {code}") for code in "ABCDE"]


def test_a_radar_begins_at_the_top_and_turns_clockwise() -> None:
    lu = calculs.radar(FAMILLES, [("mien", "2027", (100, 50, 0, 0, 50))])
    (serie,) = lu.series
    assert serie.sommets[0] == (0, -calculs.RAYON)
    assert serie.sommets[1][0] == -serie.sommets[4][0] > 0
    assert serie.sommets[2] == serie.sommets[3] == (0, 0)


@given(st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_the_table_the_words_and_the_figure_have_the_same_values(valeurs: list[int]) -> None:
    lu = calculs.radar(FAMILLES, [("mien", "2027", valeurs), ("passe", "2026", valeurs[::-1])])
    assert [v for _, v in lu.lignes] == list(zip(valeurs, valeurs[::-1], strict=True))
    for serie in lu.series:
        for sommet, valeur in zip(serie.sommets, serie.valeurs, strict=True):
            assert (sommet[0] ** 2 + sommet[1] ** 2) ** 0.5 == pytest.approx(valeur * calculs.RAYON / 100, abs=1)
    assert all(f"{nom} {valeur}" in lu.en_mots for (_, nom), valeur in zip(FAMILLES, valeurs, strict=True))
    assert [s.cle for s in lu.dessinees] == ["passe", "mien"], "mine is above"


def test_a_long_name_is_cut_between_words_and_its_lines_do_not_overlap() -> None:
    lu = calculs.radar([("A", "Démocratie et services publics"), *FAMILLES[1:]], [])
    lignes = lu.axes[0].lignes
    assert [mot for *_, mot in lignes] == ["Démocratie et", "services publics"]
    assert all(b[1] - a[1] == calculs.INTERLIGNE for a, b in pairwise(lignes))
    assert lignes[-1][1] < -calculs.RAYON


@pytest.mark.django_db
class TestPages:
    def test_the_page_of_the_mosaique_draws_this_year_and_the_last(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
    ) -> None:
        fabrique.deposee(bassens, 1, 2026)
        mosaique = mosaiques.mosaique(bassens)
        page = connecte(referente).get("/mosaique/33032/2027/").content.decode()
        image, tableau = page[page.index('class="radar"') :].split("</svg>", 1)
        assert 'role="img"' in image
        lu = radar_de(resume(mosaique))
        assert [(s.nom, s.valeurs) for s in lu.series] == [("2027", (0, 0, 0, 0, 0)), ("2026", (4, 0, 0, 0, 0))]
        assert f"<title>{lu.en_mots}</title>" in image
        cellules = re.findall(r'<td class="nombre">(\d+)</td>', tableau[: tableau.index("</tbody>")])
        assert [int(c) for c in cellules] == [v for _, valeurs in lu.lignes for v in valeurs]

    def test_the_comparison_adds_the_group_once_it_is_released(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
    ) -> None:
        mosaiques.mosaique(bassens)
        client = connecte(referente)
        adresse = "/mosaique/33032/2027/comparer/?groupe=strate"
        assert 'class="radar__groupe"' not in client.get(adresse).content.decode()
        fabrique.villes(8)
        actions.publier_partages()
        page = client.get(adresse).content.decode()
        assert 'class="radar__groupe"' in page
        assert "médiane de 8 collectivités, 2027" in page
        assert 'class="radar__passe"' not in page, "no last year"
