"""The whole registry, loaded once: the counts of the source, and what people really type."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from pytest_django.plugin import DjangoDbBlocker

from villes_internet.territoires import actions
from villes_internet.territoires.calculs import Registre, lire_recherche
from villes_internet.territoires.models import (
    CANDIDATES,
    Appartenance,
    Collectivite,
    Departement,
    Region,
    TypeCollectivite,
)
from villes_internet.territoires.queries import Resultat, _classer, _filtrer, rechercher, resoudre

pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.fixture(scope="module")
def registre(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Registre]:
    """Committed for the tests of this file, and gone after them."""
    lu = actions.lire(Path(settings.BASE_DIR) / "node_modules")
    with django_db_blocker.unblock():
        actions.importer(lu)
    yield lu
    with django_db_blocker.unblock(), connection.cursor() as curseur:
        curseur.execute("TRUNCATE territoires_region, territoires_departement, territoires_collectivite CASCADE")


@pytest.fixture(autouse=True)
def _charge(registre: Registre) -> None:
    pass


def noms(texte: str, n: int = 3) -> list[str]:
    return [r.nom for r in rechercher(texte)[:n]]


def premier(texte: str) -> Resultat:
    return rechercher(texte)[0]


def test_les_nombres_du_code_officiel_geographique() -> None:
    nombres = {
        t: Collectivite.objects.filter(type=t).count()
        for t in Collectivite.objects.values_list("type", flat=True).distinct().order_by("type")
    }
    assert nombres == {
        "arrondissement": 45,
        "commune": 34_969,
        "commune_associee": 471,
        "commune_deleguee": 2_105,
        "epci": 1_255,
        "ept": 11,
    }
    assert (Departement.objects.count(), Region.objects.count()) == (109, 26)
    assert Appartenance.objects.filter(annee=2026).count() == 35_000


def test_annecy_a_ses_huit_anciens_codes_et_son_epci() -> None:
    annecy = Collectivite.objects.get(type="commune", code="74010")
    assert annecy.anciens_codes == ["74011", "74028", "74093", "74125", "74182", "74217", "74268", "74300"]
    assert (annecy.siren, annecy.population, annecy.codes_postaux[0]) == ("200063402", 132_117, "74000")
    assert annecy.epci is not None
    assert annecy.epci.nom == "CA du Grand Annecy"


def test_une_commune_du_grand_paris_a_sa_metropole_et_son_ept() -> None:
    saint_denis = Collectivite.objects.get(type="commune", code="93066")
    assert saint_denis.epci is not None
    assert saint_denis.epci.nom == "Métropole du Grand Paris"
    assert set(saint_denis.appartenances.values_list("epci__type", flat=True)) == {"epci", "ept"}


def test_l_outre_mer_y_est_et_les_codes_sont_du_texte() -> None:
    presents = set(Collectivite.objects.filter(type="commune").values_list("departement_id", flat=True))
    assert {"971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988"} <= presents
    assert Collectivite.objects.filter(code="2A004", nom="Ajaccio").exists()
    assert Collectivite.objects.filter(code="01001").exists()


def test_chaque_commune_a_un_point_et_deux_sur_cinq_sont_exacts() -> None:
    communes = Collectivite.objects.filter(type="commune")
    assert not communes.filter(latitude__isnull=True).exists()
    assert communes.filter(precision="exacte").count() / communes.count() > 0.4
    bassens = communes.get(code="33032")
    assert (float(bassens.latitude or 0), float(bassens.longitude or 0)) == (44.90353, -0.517)


def test_un_second_import_ne_change_rien(registre: Registre) -> None:
    bilan = actions.importer(registre)
    assert bilan.sans_changement
    assert bilan.inchangees == 38_856


def test_bassens_montre_les_deux_avec_leur_departement() -> None:
    assert noms("Bassens") == ["Bassens (Gironde, 33)", "Bassens (Savoie, 73)"]
    assert premier("bassens").libelle == "Bassens (Gironde, 33) · 8\u202f435\u00a0habitants"


@pytest.mark.parametrize("texte", ["Annecy-le-Vieux", "annecy le vieux", "74011", "ANNECY LE VIEU"])
def test_une_commune_deleguee_mene_a_la_commune_et_dit_pourquoi(texte: str) -> None:
    resultat = premier(texte)
    assert resultat.collectivite.code == "74010"
    assert resultat.raison.startswith("Annecy-le-Vieux")
    assert resultat.raison.endswith("est une commune déléguée d’Annecy")


def test_un_ancien_code_sans_commune_deleguee_mene_a_la_nouvelle(registre: Registre) -> None:
    parties = {p.code for p in registre.parties}
    commune, ancien = next((c, a) for c in registre.communes for a in c.anciens_codes if a not in parties)
    trouvee = next(r for r in rechercher(ancien) if r.collectivite.code == commune.code)
    assert trouvee.raison.startswith(f"{ancien} est un ancien code INSEE d")


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("st etienne", "Saint-Étienne (Loire, 42)"),
        ("saint-étienne", "Saint-Étienne (Loire, 42)"),
        ("SAINT ETIENNE", "Saint-Étienne (Loire, 42)"),
        ("l hay les roses", "L’Haÿ-les-Roses (Val-de-Marne, 94)"),
        ("lʼhaÿ", "L’Haÿ-les-Roses (Val-de-Marne, 94)"),
        ("hay les", "L’Haÿ-les-Roses (Val-de-Marne, 94)"),
        ("33530", "Bassens (Gironde, 33)"),
        ("213300320", "Bassens (Gironde, 33)"),
        ("213 300 320 00017", "Bassens (Gironde, 33)"),
        ("33032", "Bassens (Gironde, 33)"),
        ("2a004", "Ajaccio (Corse-du-Sud, 2A)"),
        ("bassens 73", "Bassens (Savoie, 73)"),
        ("bassens savoie", "Bassens (Savoie, 73)"),
        ("Bassens (Savoie, 73)", "Bassens (Savoie, 73)"),
        ("rochelle 17", "CA de La Rochelle (Charente-Maritime, 17)"),
        ("paris", "Paris (75)"),
        ("paris 12e", "Paris (75)"),
        ("marseil", "Marseille (Bouches-du-Rhône, 13)"),
        ("bordeaux metro", "Bordeaux Métropole (Gironde, 33)"),
        ("communauté d'agglomération grand annecy", "CA du Grand Annecy (Haute-Savoie, 74)"),
        ("plaine commune", "Plaine Commune (Seine-Saint-Denis, 93)"),
        ("nouméa", "Nouméa (Nouvelle-Calédonie, 988)"),
        ("oeuilly", "Œuilly (Marne, 51)"),
        ("le mans", "Le Mans (Sarthe, 72)"),
    ],
)
def test_ce_que_l_on_tape_mene_d_abord_a(texte: str, attendu: str) -> None:
    assert premier(texte).nom == attendu


def test_la_rochelle_exactes_d_abord_puis_par_population() -> None:
    assert noms("la rochelle") == [
        "La Rochelle (Charente-Maritime, 17)",
        "La Rochelle (Haute-Saône, 70)",
        "CA de La Rochelle (Charente-Maritime, 17)",
    ]


def test_on_peut_ne_chercher_que_des_intercommunalites() -> None:
    assert {r.collectivite.type for r in rechercher("annecy", types=[TypeCollectivite.EPCI])} == {"epci"}


def test_une_collectivite_ne_revient_pas_deux_fois() -> None:
    codes = [r.collectivite.code for r in rechercher("paris", 30)]
    assert len(codes) == len(set(codes))
    assert all(r.collectivite.type in CANDIDATES for r in rechercher("lyon"))


def test_la_nature_d_une_intercommunalite_est_dite() -> None:
    assert "communauté d’agglomération" in premier("grand annecy").libelle


@pytest.mark.parametrize(
    ("texte", "raison"),
    [
        ("33530", "Code postal 33530"),
        ("3353", "Code postal 33530"),
        ("33032", "Code INSEE 33032"),
        ("213300320", "SIREN 213300320"),
        ("33", "Département 33"),
        ("bassens", ""),
    ],
)
def test_la_raison_dit_par_quoi_on_l_a_trouvee(texte: str, raison: str) -> None:
    assert premier(texte).raison.startswith(raison)
    assert bool(premier(texte).raison) == bool(raison)


def test_une_collectivite_disparue_du_registre_le_dit() -> None:
    Collectivite.objects.filter(code="33032").update(a_confirmer=True)
    assert premier("33032").raison == "N’est plus dans le registre officiel : à confirmer"


def test_resoudre_prend_l_exact_et_demande_le_reste() -> None:
    assert resoudre("33032")[0] == Collectivite.objects.get(type="commune", code="33032")
    assert resoudre("Bassens (Savoie, 73)")[0] == Collectivite.objects.get(type="commune", code="73031")
    assert resoudre("Bassens")[0] is None
    assert len(resoudre("Bassens")[1]) == 2
    assert resoudre("Annecy-le-Vieux")[0] is None
    assert resoudre("zzzz") == (None, [])


@pytest.mark.parametrize("texte", ["saint", "sai", "sa", "mar", "les", "haute", "33", "bassens", "annecy le vieux"])
def test_deux_requetes_servies_par_les_index(texte: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Counted in blocks, which do not depend on how busy the machine is: 5,000 rows for « saint » are some 6 ms."""
    with django_assert_num_queries(2):
        assert rechercher(texte)
    recherche = lire_recherche(texte)
    requete = _classer(_filtrer(recherche, CANDIDATES), recherche)[:60].values_list("pk", "rang")
    plan = requete.explain(analyze=True, buffers=True)
    assert "Bitmap Index Scan on collectivite_" in plan or "Index Scan using collectivite_" in plan
    assert "Seq Scan on territoires_collectivite" not in plan
    assert int(re.search(r"shared hit=(\d+)", plan)[1]) < 1_500  # type: ignore[index]


# Alphabetical order


def test_le_registre_se_lit_dans_l_ordre_francais() -> None:
    communes = Collectivite.objects.filter(type="commune")
    assert [communes.first(), communes.last()] == [communes.get(nom="Aast"), communes.get(nom="Zuytpeene")]
    en_e = communes.filter(cle_alphabetique__gte="evr", cle_alphabetique__lt="ew").values_list("nom", flat=True)
    assert list(en_e.distinct())[:6] == ["Évran", "Évrange", "Évrecy", "Èvres", "Évreux", "Évricourt"]


def test_une_page_du_registre_se_lit_par_son_index() -> None:
    plan = Collectivite.objects.all()[:50].explain()
    assert "collectivite_alphabetique" in plan
    assert "Seq Scan" not in plan
