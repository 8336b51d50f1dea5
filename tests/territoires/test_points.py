from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.territoires.registre_minimal import commune, fichiers
from villes_internet.territoires.calculs import lire_registre
from villes_internet.territoires.calculs.points import Lieu, Voisinage, centre, distance_km, placer, points_par_nom
from villes_internet.territoires.calculs.registre import Registre

BASSENS = Lieu("bassens", "33", (44.9, -0.5))


def place(surs: list[Lieu], autres: list[Lieu] | None = None, registre: Registre | None = None) -> dict[str, tuple]:
    """{type code: (latitude, longitude, precision)}"""
    resultat = placer(registre or lire_registre(fichiers(), 2026), surs, autres or [])
    return {
        f"{ligne.type} {ligne.code}": (float(ligne.latitude or 0), float(ligne.longitude or 0), ligne.precision)
        for ligne in resultat.lignes
    }


def test_placer_du_plus_sur_au_moins_sur() -> None:
    points = place([BASSENS, Lieu("ailleurs", "33", (44.0, -1.0))])
    assert points["commune 33032"] == (44.9, -0.5, "exacte")
    assert points["commune 33999"] == (44.9, -0.5, "code_postal")
    assert points["commune 33003"] == (44.9, -0.5, "epci")
    assert points["commune 98412"] == (-49.35, 70.22, "departement")
    assert points["commune_deleguee 33004"] == (44.9, -0.5, "commune")
    assert points["epci 243300316"] == (44.9, -0.5, "epci")


def test_placer_au_centre_du_departement_quand_rien_d_autre_n_est_connu() -> None:
    points = place([Lieu("ailleurs", "33", (44.0, -1.0)), Lieu("la bas", "33", (45.0, -1.0))])
    assert points["commune 33032"] == (44.5, -1.0, "departement")


def test_placer_laisse_sans_point_une_commune_d_un_departement_inconnu() -> None:
    points = place([])
    assert points["commune 33032"] == (0, 0, "")
    assert points["epci 243300316"] == (0, 0, "")


def test_placer_devine_le_departement_par_le_voisinage() -> None:
    points = place([Lieu("ailleurs", "33", (44.95, -0.45))], [replace(BASSENS, departement="")])
    assert points["commune 33032"] == (44.9, -0.5, "exacte")


def test_placer_prend_le_chef_lieu_d_une_commune_nouvelle() -> None:
    contenu = fichiers()
    contenu["communes.json"].append(
        {**contenu["communes.json"][4], "code": "33003", "nom": "Ambarès", "chefLieu": "33003"}
    )
    points = place([Lieu("ambares", "33", (44.92, -0.48))], registre=lire_registre(contenu, 2026))
    assert points["commune 33003"] == (44.92, -0.48, "exacte")
    assert points["commune_deleguee 33003"] == (44.92, -0.48, "exacte")


def test_placer_ne_tranche_pas_entre_deux_communes_homonymes_du_departement() -> None:
    contenu = fichiers()
    contenu["communes.json"].append(commune("33998", "Bassens", codesPostaux=[]))
    points = place([BASSENS], registre=lire_registre(contenu, 2026))
    assert points["commune 33032"][2] == "departement"


def test_points_par_nom_ecarte_deux_homonymes_eloignes() -> None:
    loin = replace(BASSENS, point=(45.5, -0.5))
    assert points_par_nom([BASSENS, loin]) == {}
    assert points_par_nom([BASSENS, BASSENS]) == {("bassens", "33"): (44.9, -0.5)}


def test_voisinage_ne_dit_rien_loin_de_tout() -> None:
    voisinage = Voisinage([BASSENS])
    assert voisinage.departement((44.91, -0.51)) == "33"
    assert voisinage.departement((10.0, 10.0)) == ""


def test_distance_de_paris_a_orleans() -> None:
    assert distance_km((48.8534, 2.3488), (47.9029, 1.9039)) == pytest.approx(111, abs=2)


points = st.tuples(st.floats(-80, 80), st.floats(-170, 170))


@given(st.lists(points, min_size=1, max_size=20))
def test_centre_reste_dans_le_cadre(liste: list[tuple[float, float]]) -> None:
    milieu = centre(liste)
    assert milieu is not None
    for axe in (0, 1):
        valeurs = [p[axe] for p in liste]
        assert min(valeurs) - 1e-6 <= milieu[axe] <= max(valeurs) + 1e-6


def test_centre_de_rien() -> None:
    assert centre([]) is None
