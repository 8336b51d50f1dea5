"""The benchmark sows, releases and measures for real."""

import pytest

from mosaique.comparaison.queries import groupes
from mosaique.mesures import comparaison
from mosaique.models import Cliche, Releve
from villes_internet.territoires.mesures import semer_le_registre


@pytest.mark.django_db
def test_the_section_sows_releases_and_prints_each_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparaison, "REPETITIONS", 2)
    semer_le_registre(600)
    lignes = list(comparaison.mesurer(600))
    assert Cliche.objects.count() == 600
    assert sum("tenu" in ligne or "DÉPASSÉ" in ligne for ligne in lignes) == 6
    plus_grand = Releve.objects.latest("n")
    assert set(plus_grand.chiffres["enjeux"]) == {f"{f}{rang}" for f in "ABCDE" for rang in range(1, 5)}
    assert plus_grand.chiffres == groupes.statistiques(plus_grand.cliches)
