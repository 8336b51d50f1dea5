"""The fonts that pages load: French, light, and of one weight each."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from villes_internet.demarrage import assets


@pytest.fixture(scope="module")
def prepares(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Folder and sizes of what one preparation wrote."""
    dossier = tmp_path_factory.mktemp("assets")
    return dossier, assets.preparer(dossier)


def test_fonts_keep_french_and_stay_light(prepares: tuple[Path, dict[str, int]]) -> None:
    dossier, tailles = prepares

    assert sum(taille for nom, taille in tailles.items() if nom.endswith(".woff2")) <= assets.POIDS_MAXIMAL
    for nom in assets.POLICES:
        lettres = TTFont(dossier / nom).getBestCmap()
        assert {ord(lettre) for lettre in "àâçéèêëîïôœùûüÿ ÀÇÉŒ « » ’ – — … € @"} <= lettres.keys(), nom


def test_heading_font_has_one_weight_and_no_axis(prepares: tuple[Path, dict[str, int]]) -> None:
    police = TTFont(prepares[0] / "bricolage-grotesque.woff2")

    assert "fvar" not in police
    assert police["OS/2"].usWeightClass == assets.POLICES["bricolage-grotesque.woff2"][1]["wght"]
