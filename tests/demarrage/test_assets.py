from fontTools.ttLib import TTFont

from villes_internet.demarrage import assets


def test_fonts_keep_french_and_stay_light(tmp_path):
    tailles = assets.preparer(tmp_path)

    assert sum(taille for nom, taille in tailles.items() if nom.endswith(".woff2")) <= assets.POIDS_MAXIMAL
    for nom in assets.POLICES:
        lettres = TTFont(tmp_path / nom).getBestCmap()
        assert {ord(lettre) for lettre in "àâçéèêëîïôœùûüÿ ÀÇÉŒ « » ’ – — … € @"} <= lettres.keys(), nom


def test_heading_font_has_one_weight_and_no_axis(tmp_path):
    assets.preparer(tmp_path)
    police = TTFont(tmp_path / "bricolage-grotesque.woff2")

    assert "fvar" not in police
    assert police["OS/2"].usWeightClass == assets.POLICES["bricolage-grotesque.woff2"][1]["wght"]
