"""A workbook as a town fills it: written by the product, changed with openpyxl, sent back."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from mosaique.models import Mosaique
from mosaique.preparation.queries import reponses_ecrites
from tests.factories import mosaique as fabrique
from villes_internet.referentiel.echanges import questionnaire
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite

Remplir = Callable[..., bytes]


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    return fabrique.mosaique(bassens)


def ecrit(mosaique: Mosaique) -> bytes:
    identite = questionnaire.Identite(mosaique.collectivite.code, mosaique.collectivite.nom, mosaique.millesime)
    lu = arbre(mosaique.version)
    return questionnaire.ecrire(lu, mosaique.version.bareme, reponses_ecrites(mosaique), identite)


def cases(classeur: Workbook, code: str) -> tuple[Any, int]:
    """(sheet, row) of the answer that bears this code."""
    for page in classeur.worksheets:
        for rang in range(1, page.max_row + 1):
            if page.cell(rang, 1).value == code:
                return page, rang
    raise AssertionError(code)


@pytest.fixture
def remplir(mosaique: Mosaique) -> Remplir:
    """``remplir({"A1.1": ("Programmé", date(…), None)}, retouche=…)``: None leaves a cell as the product wrote it."""

    def faire(reponses: dict[str, Any], retouche: Callable[[Workbook], None] | None = None) -> bytes:
        classeur = load_workbook(BytesIO(ecrit(mosaique)))
        for code, valeurs in reponses.items():
            page, rang = cases(classeur, code)
            for colonne, valeur in enumerate(valeurs if isinstance(valeurs, tuple) else (valeurs,), start=3):
                if valeur is not None:
                    page.cell(rang, colonne).value = valeur
        if retouche:
            retouche(classeur)
        flux = BytesIO()
        classeur.save(flux)
        return flux.getvalue()

    return faire


@pytest.fixture
def repondue(mosaique: Mosaique) -> Mosaique:
    """A1 and A2 answered: every kind of cell is filled."""
    statuts = ["programme", "non_concerne", "en_service", "pas_fait", "evalue", "experimente", "non_renseigne"]
    fabrique.repondre(mosaique, "A1", 2, statuts, commentaire="=Une démarche\nen deux lignes")
    fabrique.repondre(mosaique, "A2", 0)
    reponse = mosaique.reponses.get(enjeu__code="A1")
    reponse.services["A1.1"]["echeance"] = date(2027, 6, 30).isoformat()
    reponse.save(update_fields=["services"])
    return mosaique
