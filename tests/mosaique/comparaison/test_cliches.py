"""The row that statistics keep of a frozen mosaïque."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from mosaique import actions
from mosaique.models import Cliche, Mosaique
from tests.factories import atlaas, ground
from tests.factories import mosaique as fabrique
from villes_internet.referentiel.models import Enjeu
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
ECRITS = [f.attname for f in Cliche._meta.concrete_fields if f.attname not in {"id", "ecrit_le"}]


@pytest.fixture
def metropole(bassens: Collectivite) -> Collectivite:
    epci = ground.collectivite("Bordeaux Métropole", "243300316", type="epci", nature="METRO", population=820_000)
    bassens.epci = epci
    bassens.save()
    return epci


def figee(ville: Collectivite, millesime: int = 2027) -> Mosaique:
    for code in ("A1.1", "A1.2", "A1.3"):
        atlaas.fiche(ville, code)
    mosaique = fabrique.mosaique(ville, millesime)
    fabrique.repondre(mosaique, "A1", 2, ["en_service"] * 3 + ["pas_fait"] * 4)
    return actions.figer(mosaique, par=None)


def valeurs(mosaique: Mosaique) -> dict[str, object]:
    return Cliche.objects.values(*ECRITS).get(mosaique=mosaique)


def test_freezing_writes_the_figures_and_the_town_of_the_day(bassens: Collectivite, metropole: Collectivite) -> None:
    mosaique = figee(bassens)
    cliche = mosaique.cliche
    assert (cliche.type, cliche.strate, cliche.population) == ("commune", "petite", 7_500)
    assert (cliche.departement, cliche.region, cliche.epci, cliche.taille_epci) == ("33", "75", metropole, 820_000)
    assert cliche.indice == mosaique.indice
    assert cliche.scores["A1"] == "43.71"
    assert len(cliche.scores) == len(cliche.niveaux) == 20
    assert (cliche.niveaux["A1"], cliche.niveaux["A2"]) == (2, 0)
    assert Decimal(cliche.familles["A"]) == (Decimal("43.71") / 4).quantize(Decimal("0.01"))


def test_the_size_of_an_intercommunalite_is_its_own(metropole: Collectivite) -> None:
    cliche = figee(metropole).cliche
    assert (cliche.strate, cliche.epci, cliche.taille_epci) == ("epci", None, 820_000)


def test_a_town_without_population_nor_intercommunalite_is_a_village() -> None:
    ville = ground.collectivite("Sans rien", population=None, departement=ground.departement(), region=None)
    cliche = figee(ville).cliche
    assert (cliche.population, cliche.strate, cliche.region, cliche.taille_epci) == (0, "village", "", 0)


def test_opening_again_takes_it_out_of_the_statistics_and_freezing_puts_it_back(bassens: Collectivite) -> None:
    mosaique = figee(bassens)
    actions.defiger(mosaique, mosaique.date_reference, par=None)
    assert not Cliche.objects.exists()
    fabrique.repondre(mosaique, "A1", 1)
    actions.figer(mosaique, par=None)
    assert Cliche.objects.get().scores["A1"] == "15.00"


def test_a_frozen_figure_moves_with_neither_the_code_nor_the_referentiel_nor_the_registry(
    bassens: Collectivite, metropole: Collectivite, monkeypatch: pytest.MonkeyPatch
) -> None:
    mosaique = figee(bassens)
    avant = valeurs(mosaique)
    version = mosaique.version
    version.bareme["poids_niveau"], version.bareme["poids_couverture"] = "0.10", "0.90"
    version.save()
    Enjeu.objects.filter(famille__version=version, code="A1").update(code="Z1")
    Collectivite.objects.filter(pk=bassens.pk).update(population=40_000, epci=None)
    monkeypatch.setattr("mosaique.calculs.score", lambda *_: Decimal(0))
    actions.recalculer(Mosaique.objects.get(pk=mosaique.pk))
    assert valeurs(mosaique) == avant


def test_the_migration_writes_what_freezing_writes(bassens: Collectivite, metropole: Collectivite) -> None:
    ecrits = [valeurs(figee(ville)) for ville in (bassens, metropole)]
    ouverte = fabrique.mosaique(bassens, 2028)
    Cliche.objects.all().delete()
    requete = import_module("mosaique.migrations.0004_cliches").CLICHES
    with connection.cursor() as curseur:
        curseur.execute(requete)
        curseur.execute(requete)
        curseur.execute(import_module("mosaique.migrations.0011_niveaux_des_cliches").REMPLIR)
    assert list(Cliche.objects.order_by("mosaique_id").values(*ECRITS)) == ecrits
    assert not Cliche.objects.filter(mosaique=ouverte).exists()


def test_freezing_costs_a_constant_number_of_queries(
    bassens: Collectivite, bram: Collectivite, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    vide = fabrique.mosaique(bram)
    figee(bassens)
    atlaas.fiche(bram, "A1.1")
    with django_assert_max_num_queries(24):  # the lock of the mosaïque among them
        actions.figer(vide, par=None)
