import pytest

from villes_internet.socle.cles import PageDeCles, entier


@pytest.mark.parametrize(
    ("texte", "lu"),
    [("12", 12), ("0", 0), ("", None), ("-1", None), ("1.5", None), ("²", None), ("١", None), ("9" * 19, None)],
)
def test_a_cursor_is_a_whole_number_or_nothing(texte: str, lu: int | None) -> None:
    assert entier(texte) == lu


@pytest.mark.parametrize(("nb", "lignes", "suivante"), [(0, 0, ""), (2, 2, ""), (3, 2, "1")])
def test_a_page_ends_on_the_cursor_of_its_last_row(nb: int, lignes: int, suivante: str) -> None:
    page = PageDeCles.couper(range(nb), 2, lambda n: n, est_premiere=True)
    assert (page.lignes, page.suivante, page.est_premiere) == (list(range(lignes)), suivante, True)
