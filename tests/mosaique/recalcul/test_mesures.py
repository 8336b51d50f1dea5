"""The benchmark recomputes for real, and reads the page as one of the town."""

import pytest

from mosaique.mesures import lot, page
from mosaique.models import Mosaique
from villes_internet.territoires.mesures import semer_le_registre


@pytest.mark.django_db(transaction=True)
def test_the_section_of_the_batch_leaves_no_mosaique_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lot, "REPETITIONS", 2)
    semer_le_registre(12)
    lignes = list(lot.mesurer(12))
    assert sum("tenu" in ligne or "DÉPASSÉ" in ligne for ligne in lignes) == 3
    assert Mosaique.objects.filter(calculee_le=None).count() == 0
    assert Mosaique.objects.filter(indice__gt=0).count() == 12


@pytest.mark.django_db
def test_the_page_costs_the_same_queries_with_one_or_two_hundred_fiches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "REPETITIONS", 1)
    monkeypatch.setattr(page, "ECHAUFFEMENT", 1)
    semer_le_registre(2)
    _, peu, beaucoup = page.mesurer(2)
    requetes = [int(ligne.split("fiche")[1].removeprefix("s").split()[0]) for ligne in (peu, beaucoup)]
    assert requetes[0] == requetes[1] <= 12
