import pytest

from atlaas.corrections.calculs import Passage, difference

G, R, A = "garde", "retire", "ajoute"


@pytest.mark.parametrize(
    ("avant", "apres", "attendue"),
    [
        ("", "", []),
        ("", "un mot", [(A, "un mot")]),
        ("un mot", "", [(R, "un mot")]),
        ("un mot", "un mot", [(G, "un mot")]),
        (
            "ouvert le lundi, gratuit",
            "ouvert le mardi, gratuit",
            [(G, "ouvert le "), (R, "lundi"), (A, "mardi"), (G, ", gratuit")],
        ),
    ],
)
def test_the_difference_is_told_word_by_word(avant: str, apres: str, attendue: list[tuple[str, str]]) -> None:
    assert difference(avant, apres) == [Passage(genre, texte) for genre, texte in attendue]


@pytest.mark.parametrize(
    ("avant", "apres"), [("a\n\nb 🎉", "a b"), ("x" * 900, "y" * 900), ("un deux trois", "trois deux un")]
)
def test_both_texts_read_whole_in_it(avant: str, apres: str) -> None:
    passages = difference(avant, apres)
    assert "".join(p.texte for p in passages if p.genre != A) == avant
    assert "".join(p.texte for p in passages if p.genre != R) == apres
