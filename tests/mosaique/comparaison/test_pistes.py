"""Ideas for the weak tiles: what they say of a town depends on its consent."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mosaique.comparaison import actions
from mosaique.comparaison.queries.pistes import NB_TUILES, tuiles_faibles
from mosaique.models import Cliche, Mosaique
from mosaique.queries import resume
from tests.factories import atlaas, ground
from tests.factories import comparaison as fabrique
from tests.factories import mosaique as mosaiques
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
PAGE = "/mosaique/33032/2027/comparer/"


@pytest.fixture
def ma_mosaique(bassens: Collectivite) -> Mosaique:
    return mosaiques.mosaique(bassens)


def lire(mosaique: Mosaique) -> list[str]:
    (a1,) = (t for t in tuiles_faibles(mosaique, resume(mosaique).tuiles) if t.code == "A1")
    return [f"{i.fiche.collectivite} {i.fiche.est_preferee}" for i in a1.idees]


def test_a_town_that_does_well_comes_first_only_if_it_agrees(ma_mosaique: Mosaique) -> None:
    forte, *_ = villes = fabrique.villes(3)
    for ville in villes:
        atlaas.fiche(ville, "A1.1")
    Cliche.objects.filter(collectivite=forte).update(scores={"A1": "80.00"})
    assert lire(ma_mosaique) == ["Ville 2 False", "Ville 1 False", "Ville 0 False"]
    actions.accorder_citation(mosaiques.mosaique(forte), accord=True, par=None)
    actions.accorder_citation(mosaiques.mosaique(villes[1]), accord=True, par=None)
    assert lire(ma_mosaique) == ["Ville 0 True", "Ville 2 False", "Ville 1 False"]


def test_only_the_weakest_tiles_are_given_and_strong_ones_never(ma_mosaique: Mosaique) -> None:
    faibles = tuiles_faibles(ma_mosaique, resume(ma_mosaique).tuiles)
    assert len(faibles) == NB_TUILES
    assert all(t.score < 40 and t.idees == () for t in faibles)
    assert tuiles_faibles(ma_mosaique, []) == []


def test_an_intercommunalite_finds_its_like(bassens: Collectivite) -> None:
    moi = ground.collectivite("Moi", "243300001", type="epci", nature="CC", population=9_000)
    autre = ground.collectivite("Autre", "243300002", type="epci", nature="CC", population=12_000)
    atlaas.fiche(autre, "A1.1")
    mosaique = mosaiques.mosaique(moi)
    (a1,) = (t for t in tuiles_faibles(mosaique, resume(mosaique).tuiles) if t.code == "A1")
    assert a1.idees[0].raison.endswith("même région, intercommunalité de taille proche")


@pytest.mark.parametrize("nb", [1, 3])
def test_both_pages_offer_the_gesture_within_their_queries(
    nb: int, ma_mosaique: Mosaique, bram: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    for _ in range(nb):
        fiche = atlaas.fiche(bram, "A1.1", titre="Le vélobus")
    fabrique.villes(8)
    actions.publier_jumelles(ma_mosaique, 2027, par=None)
    arbre(ma_mosaique.version)
    client = connecte(referente)
    for adresse in (PAGE, "/mosaique/33032/2027/A1/"):
        with CaptureQueriesContext(connection) as requetes:
            page = client.get(adresse).content.decode()
        assert f"/espace/33032/fiches/inspirer/{fiche.pk}/" in page
        assert len(requetes) <= 12, "\n".join(r["sql"][:120] for r in requetes)


def test_a_strong_tile_needs_no_idea(
    ma_mosaique: Mosaique, bassens: Collectivite, bram: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    atlaas.fiche(bram, "A1.1", titre="Le vélobus")
    for rang in range(1, 8):
        atlaas.fiche(bassens, f"A1.{rang}")
    mosaiques.repondre(ma_mosaique, "A1", 2, ["en_service"] * 7)
    assert "Le vélobus" not in connecte(referente).get("/mosaique/33032/2027/A1/").content.decode()
