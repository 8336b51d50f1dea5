import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django_cotton.compiler_regex import CottonCompiler

from candidatures.palmares import pdf
from villes_internet.referentiel.templatetags import arobases
from villes_internet.referentiel.templatetags.arobases import libelle_arobases

LIBELLES = [
    (0, False, "Sans arobase"),
    (1, False, "1\u00a0arobase"),
    (1, True, "1\u00a0arobase verte"),
    (2, False, "2\u00a0arobases"),
    (2, True, "2\u00a0arobases, dont une verte"),
    (5, True, "5\u00a0arobases, dont une verte"),
]
NOTRES = ("villes_internet", "candidatures", "mosaique", "atlaas", "templates")
AILLEURS = re.compile(r"arobase,arobases|dont une verte|arobase\{'s")


@pytest.mark.parametrize(("n", "verte", "attendu"), LIBELLES)
def test_level_is_said_alike_by_code_component_and_pdf(n: int, verte: bool, attendu: str) -> None:
    assert libelle_arobases(n, est_verte=verte) == attendu
    assert libelle_arobases(str(n), est_verte=verte) == attendu
    gabarit = engines["django"].from_string(CottonCompiler().process('<c-arobases :n="n" :verte="verte" />'))
    mots = re.search(r"arobases__mots\">([^<]*)<", gabarit.render({"n": n, "verte": verte}))
    assert mots
    assert mots[1] == attendu
    contenu: dict[str, Any] = {"arobases": n or 1, "est_verte": verte, "nom": "Bram"}
    dates = {"publie_le": "2027-02-01", "emis_le": "2027-02-01"}
    assert n == 0 or pdf.contexte({**contenu, **dates}, "7K2M9XQ4TB0C")["niveau"] == attendu


def test_no_other_place_words_a_level() -> None:
    fichiers = [f for d in NOTRES for f in (settings.BASE_DIR / d).rglob("*") if f.suffix in {".py", ".html", ".txt"}]
    fautifs = [f for f in fichiers if AILLEURS.search(f.read_text(encoding="utf-8"))]
    assert fautifs == [Path(arobases.__file__)]
