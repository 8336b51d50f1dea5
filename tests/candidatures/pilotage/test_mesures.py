"""The benchmark measures real pages: each answers, within the queries allowed to a page."""

import pytest
from pytest_django.fixtures import Settings

from candidatures.pilotage.mesures import releve
from candidatures.pilotage.mesures.semis import preparer, semer

pytestmark = pytest.mark.long

PAGES = {
    "liste des dossiers (association)",
    "mes dossiers à lire (juré)",
    "lecture et grille (juré)",
    "enregistrer une note (juré)",
    "délibération",
    "palmarès public",
    "palmarès public, une région",
}


@pytest.mark.django_db(transaction=True)
def test_every_page_of_the_benchmark_answers_within_its_queries(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = "candidatures.pilotage.mesures.vides"
    monkeypatch.setattr(releve, "REPETITIONS", 3)
    campagne = preparer()
    semer(campagne, 12)
    petite = releve.relever(campagne)
    semer(campagne, 40)
    assert campagne.dossiers.count() == 40
    grande = releve.relever(campagne)
    mesurees = {r.page: r for r in grande}
    assert mesurees.keys() >= PAGES
    assert all(r.requetes <= 12 for r in grande if not r.page.startswith("enregistrer"))
    assert all(r.octets > 0 for r in grande)
    lignes = releve.comparer(petite, grande, (12, 40))
    assert len(lignes) == len(grande) + 1
