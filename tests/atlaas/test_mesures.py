import pytest

from atlaas.mesures import releve, semis
from atlaas.models import Action, Entree
from villes_internet.territoires import mesures as territoires

pytestmark = pytest.mark.django_db


def test_the_benchmark_sows_public_fiches_and_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releve, "REPETITIONS", 2)
    territoires.semer_le_registre(60)
    semis.semer_jusqu_a(40)
    semis.semer_jusqu_a(50)

    lignes = list(releve.mesurer())

    assert Action.objects.count() == Entree.objects.count() == 50
    assert len(lignes) == 2 + len(releve.RECHERCHES)
    assert all("ms" in ligne for ligne in lignes[1:-1])
