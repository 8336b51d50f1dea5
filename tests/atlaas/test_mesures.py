import pytest

from atlaas.mesures import bilan, chronometre, exports, releve, semis
from atlaas.models import Action, Entree
from villes_internet.territoires import mesures as territoires

pytestmark = pytest.mark.django_db


def test_the_benchmark_sows_public_fiches_and_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronometre, "REPETITIONS", 2)
    monkeypatch.setattr(releve, "REPETITIONS", 2)
    monkeypatch.setattr(releve, "CADRES", {"France": ("-5.5,41,10,51.5", 6)})
    territoires.semer_le_registre(60)
    semis.semer_jusqu_a(40)
    semis.semer_jusqu_a(50)

    lu = releve.mesurer(50, 1.0)
    lu.exports = exports.mesurer(a_part=False)
    lignes = [*bilan.tableau(lu), *bilan.exports(lu)]
    objectifs = [*bilan.objectifs(lu), *bilan.croissance([lu, lu])]

    assert Action.objects.count() == Entree.objects.count() == 50
    assert {m.octets > 1_000 for m in lu.recherches.values()} == {True}
    assert {e.extension: e.lignes for e in lu.exports} == {"csv": 51, "jsonl": 50, "geojson": 50}
    assert len(lignes) == 3 + len(releve.RECHERCHES) + len(releve.FILTRES) + 4 + 3
    assert [str(o).split()[0] in {"tenu", "DÉPASSÉ"} for o in objectifs] == [True] * 5
    assert all(i.startswith("entree_") for i in _index("atlaas_entree"))


def _index(table: str) -> list[str]:
    """Those that a test of the sowing must find built again."""
    from django.db import connection

    with connection.cursor() as curseur:
        curseur.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexname LIKE 'entree%%'", [table])
        return [nom for (nom,) in curseur.fetchall()]
