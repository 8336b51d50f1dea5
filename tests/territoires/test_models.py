import pytest

from tests.factories import ground
from villes_internet.territoires.models import Appartenance, Collectivite, Departement, Region, Strate


@pytest.mark.parametrize(
    ("population", "strate"),
    [
        (None, Strate.VILLAGE),
        (2_999, Strate.VILLAGE),
        (3_000, Strate.PETITE),
        (19_999, Strate.PETITE),
        (20_000, Strate.MOYENNE),
        (99_999, Strate.MOYENNE),
        (100_000, Strate.GRANDE),
    ],
)
def test_strate_d_une_commune(population: int | None, strate: Strate) -> None:
    assert Collectivite(type="commune", population=population).strate == strate


def test_strate_d_une_intercommunalite() -> None:
    assert Collectivite(type="epci", population=500).strate == Strate.EPCI
    assert Collectivite(type="ept").est_intercommunalite


@pytest.mark.parametrize(
    ("nom", "nature", "long", "libelle"),
    [
        ("CC du Pays de Gex", "CC", "Communauté de communes du Pays de Gex", "communauté de communes"),
        ("Bordeaux Métropole", "METRO", "Bordeaux Métropole", "métropole"),
        ("CC", "CC", "CC", "communauté de communes"),
    ],
)
def test_noms_d_une_intercommunalite(nom: str, nature: str, long: str, libelle: str) -> None:
    epci = Collectivite(type="epci", nom=nom, nature=nature)
    assert epci.nom_long == long
    assert epci.libelle_nature == libelle


def test_libelles_d_une_commune() -> None:
    commune = Collectivite(
        type="commune", nom="Bassens", population=8435, departement=Departement(code="33", nom="Gironde")
    )
    assert commune.nom_long == "Bassens"
    assert commune.libelle_nature == "commune"
    assert commune.libelle_complet == "Bassens (Gironde, 33)"
    assert commune.libelle_population == "8\u202f435\u00a0habitants"
    assert Collectivite(type="commune", nom="Ornes", population=1).libelle_population == "1\u00a0habitant"
    assert Collectivite(type="commune", nom="Kerguelen").libelle_population == ""
    assert Collectivite(type="commune", nom="Kerguelen").libelle_complet == "Kerguelen"
    paris = Collectivite(type="commune", nom="Paris", departement=Departement(code="75", nom="Paris"))
    assert paris.libelle_complet == "Paris (75)"


def test_libelle_complet_ne_fait_pas_de_requete() -> None:
    assert Collectivite(type="commune", nom="Bassens", departement_id="33").libelle_complet == "Bassens (33)"


def test_point_et_textes() -> None:
    commune = Collectivite(nom="Bassens", latitude=44, longitude=-1)
    assert commune.point == (44, -1)
    assert Collectivite(latitude=44).point is None
    assert str(commune) == "Bassens"
    assert str(Region(nom="Bretagne")) == "Bretagne"
    assert str(Departement(nom="Finistère")) == "Finistère"
    assert str(Appartenance(commune_id=1, epci_id=2, annee=2026)) == "1 → 2 (2026)"


@pytest.mark.django_db
def test_adresse_et_candidates() -> None:
    commune = ground.collectivite("Bassens", "33032")
    partie = ground.collectivite("Bas", "33032", type="commune_deleguee", commune_actuelle=commune)
    assert commune.get_absolute_url() == "/collectivites/33032/"
    assert list(Collectivite.objects.candidates()) == [commune]
    assert not partie.est_intercommunalite
