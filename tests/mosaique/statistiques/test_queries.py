"""Aggregates over the clichés say what one would count by hand, and follow a town from a version to the next."""

import statistics
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from mosaique.comparaison.calculs import arrondi
from mosaique.models import Cliche, Mosaique
from mosaique.statistiques.queries import Perimetre, croissances, effectifs, indices, par_enjeu
from tests.factories import ground
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.calculs import Lien
from villes_internet.referentiel.models import Version
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
SCORES = (0, 12, 15, 37, 48, 51, 63, 88, 90, 100)


def cliche(ville: Collectivite, version: Version, millesime: int = 2027, **champs: Any) -> Cliche:
    """A row as the freezing writes it, with the figures that the test wants."""
    mosaique = Mosaique.objects.create(
        collectivite=ville, version=version, millesime=millesime, date_reference=timezone.localdate(), est_figee=True
    )
    valeurs = {
        "type": ville.type, "population": 0, "strate": "petite", "region": "75", "indice": 40,
        "scores": {"A1": "40.00"}, "niveaux": {"A1": 2}, **champs,
    }  # fmt: skip
    return Cliche.objects.create(mosaique=mosaique, collectivite=ville, version=version, millesime=millesime, **valeurs)


@pytest.fixture
def version() -> Version:
    return ground.version_publiee()


@pytest.fixture
def dix(version: Version) -> Perimetre:
    """Ten towns: seven small ones of one region, three villages of another."""
    for rang, score in enumerate(SCORES):
        lieu = {"strate": "petite", "region": "75"} if rang < 7 else {"strate": "village", "region": "76"}
        cliche(
            ground.collectivite(f"Ville {rang}"),
            version,
            scores={"A1": f"{score}.00", "A2": "10.40"},
            niveaux={"A1": rang % 5, "A2": 0},
            indice=score,
            **lieu,
        )
    return Perimetre(2027, version.pk)


def quartiles(valeurs: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(arrondi(q) for q in statistics.quantiles(valeurs, n=4, method="inclusive"))


def test_the_distribution_of_an_enjeu_is_what_one_counts_by_hand(dix: Perimetre) -> None:
    lus = par_enjeu(dix)
    tout = lus["A1"][""]
    assert (tout.n, tout.quartiles, tout.niveaux) == (10, quartiles(SCORES), (2, 2, 2, 2, 2))
    assert lus["A1"]["petite"].quartiles == quartiles(SCORES[:7])
    assert (lus["A1"]["village"].n, lus["A1"]["village"].niveaux) == (3, (0, 0, 1, 1, 1))
    assert (lus["A2"][""].quartiles, lus["A2"][""].niveaux) == ((10, 10, 10), (10, 0, 0, 0, 0))


def test_a_stratum_a_region_a_year_and_a_version_restrict_it(dix: Perimetre) -> None:
    assert par_enjeu(Perimetre(2027, dix.version_id, "village"))["A1"][""].quartiles == quartiles(SCORES[7:])
    assert par_enjeu(Perimetre(2027, dix.version_id, region="75"))["A1"][""].n == 7
    assert par_enjeu(Perimetre(2027, dix.version_id, "village", "75")) == {}
    assert par_enjeu(Perimetre(2026, dix.version_id)) == par_enjeu(Perimetre(2027, 0)) == {}


def test_the_index_by_stratum_region_and_year(dix: Perimetre, version: Version) -> None:
    cliche(ground.collectivite("Ancienne"), version, 2026, indice=70, strate="village", region="75")
    lus = indices(dix)
    assert lus.tout
    assert lus.tout.quartiles == quartiles(SCORES)
    assert {code: lu.n for code, lu in lus.strates.items()} == {"petite": 7, "village": 3}
    assert lus.regions["76"].quartiles == quartiles(SCORES[7:])
    assert list(lus.millesimes) == [2027, 2026]
    assert lus.tranches == (1, 2, 0, 1, 1, 1, 1, 0, 1, 2)
    village = indices(Perimetre(2027, version.pk, "village"))
    assert (village.strates.keys(), village.regions.keys()) == ({"petite", "village"}, {"76"})
    assert indices(Perimetre(2020, version.pk)).tout is None


def test_the_counts_tell_every_group(dix: Perimetre, version: Version) -> None:
    lus = {(e.millesime, e.version_id, e.strate, e.region): e.n for e in effectifs()}
    assert lus == {(2027, version.pk, "petite", "75"): 7, (2027, version.pk, "village", "76"): 3}


def test_growth_is_that_of_the_same_towns(dix: Perimetre, version: Version) -> None:
    for ville in Collectivite.objects.filter(nom__in=["Ville 0", "Ville 1", "Ville 2"]):
        cliche(ville, version, 2026, scores={"A1": "10.00"})
    cliche(ground.collectivite("Partie"), version, 2026, scores={"A1": "99.00"})
    lues = croissances(dix, 2026, {version.pk: [Lien("A1", "A1"), Lien("A2", "A2")]})
    assert lues.keys() == {"A1"}, "A2 is not known of the earlier year"
    assert (lues["A1"].n, lues["A1"].avant, lues["A1"].apres, lues["A1"].ecart) == (3, 10, 12, 2)
    assert croissances(dix, 2026, {}) == croissances(dix, 2025, {version.pk: [Lien("A1", "A1")]}) == {}


def test_growth_is_carried_by_the_mapping_of_a_version_that_changed(dix: Perimetre) -> None:
    ancienne = referentiel.importer_version(referentiel.charger_donnees("2016"))
    ville = Collectivite.objects.get(nom="Ville 4")
    cliche(ville, ancienne, 2026, scores={"X": "20.00", "Y": "60.00", "Z": "5.00"})
    liens = [Lien("X", "A1", Decimal(3)), Lien("Y", "A1"), Lien("Z", "A2"), Lien("Z", None)]
    lues = croissances(dix, 2026, {ancienne.pk: liens})
    assert {code: (c.n, c.avant, c.apres) for code, c in lues.items()} == {"A1": (1, 30, 48), "A2": (1, 5, 10)}
