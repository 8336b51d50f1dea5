import re

import pytest

from candidatures.palmares import calculs


def test_code_is_sixty_bits_of_an_unambiguous_alphabet() -> None:
    codes = {calculs.nouveau_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", code) for code in codes)
    assert len(calculs.ALPHABET) ** calculs.LONGUEUR_CODE == 2**60


@pytest.mark.parametrize(
    "saisie", ["7K2M9XQ4TB0C", "7k2m9xq4tb0c", " 7K2M-9XQ4-TB0C ", "7k2m 9xq4 tboc", "7K2M–9XQ4–TBOC"]
)
def test_normaliser_code_ignores_case_spaces_hyphens_and_confusions(saisie: str) -> None:
    assert calculs.normaliser_code(saisie) == "7K2M9XQ4TB0C"


def test_normaliser_code_reads_i_and_l_as_one_and_never_grows() -> None:
    assert calculs.normaliser_code("il") == "11"
    assert len(calculs.normaliser_code("A" * 500)) == 20


def test_grouper_code_is_what_normaliser_code_takes_back() -> None:
    code = calculs.nouveau_code()
    assert calculs.normaliser_code(calculs.grouper_code(code)) == code
    assert calculs.grouper_code("7K2M9XQ4TB0C") == "7K2M-9XQ4-TB0C"


def test_numero_of_a_certificate_and_of_its_reissues() -> None:
    assert calculs.numero(2027, 42) == "VI-2027-0042"
    assert calculs.numero_suivant("VI-2027-0042", 2) == "VI-2027-0042-2"
    assert calculs.numero_suivant("VI-2027-0042-2", 3) == "VI-2027-0042-3"
    assert calculs.numero(2027, 12_345, 3) == "VI-2027-12345-3"


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Bassens", "Bassens"),
        ("L'Haÿ-les-Roses", "L’Haÿ-les-Roses"),
        ("CC Faucigny - Glières", "Communauté de communes Faucigny\u00a0– Glières"),
        ("CA de La Rochelle", "Communauté d’agglomération de La Rochelle"),
        ("CU d'Arras", "Communauté urbaine d’Arras"),
        ("Caen", "Caen"),
        ("Métropole de Lyon", "Métropole de Lyon"),
    ],
)
def test_nom_solennel_spells_the_nature_out(nom: str, attendu: str) -> None:
    assert calculs.nom_solennel(nom) == attendu


@pytest.mark.parametrize(
    ("nom", "taille"),
    [
        ("Bassens", "xl"),
        ("L’Haÿ-les-Roses", "l"),
        ("Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "m"),
        ("Communauté d’agglomération de La Rochelle", "m"),
        ("Communauté de communes du Pays de Saint-Gilles-Croix-de-Vie Agglomération", "s"),
        ("Xn" * 15, "s"),
    ],
)
def test_taille_du_nom_shrinks_with_length(nom: str, taille: str) -> None:
    assert calculs.taille_du_nom(nom) == taille


@pytest.mark.parametrize(
    ("nom", "latitude", "longitude", "departement"),
    [
        ("Bray-Dunes", 51.07, 2.52, "59"),
        ("Brest", 48.39, -4.49, "29"),
        ("Bonifacio", 41.39, 9.16, "2A"),
        ("Basse-Terre", 16.0, -61.73, "971"),
        ("Fort-de-France", 14.61, -61.07, "972"),
        ("Maripasoula", 3.64, -54.03, "973"),
        ("Saint-Philippe", -21.36, 55.77, "974"),
        ("Mamoudzou", -12.78, 45.23, "976"),
    ],
)
def test_projeter_keeps_every_place_in_the_map(nom: str, latitude: float, longitude: float, departement: str) -> None:
    place = calculs.projeter(latitude, longitude, departement)
    assert place is not None
    assert all(0 < valeur < 1000 for valeur in place), nom
    assert (place[1] > 850) == departement.startswith("97")


def test_projeter_leaves_out_what_the_map_does_not_draw() -> None:
    assert calculs.projeter(-22.27, 166.44, "988") is None


def test_projeter_keeps_north_up_and_east_right() -> None:
    lille, nice = calculs.projeter(50.63, 3.06, "59"), calculs.projeter(43.7, 7.27, "06")
    assert lille is not None
    assert nice is not None
    assert lille[0] < nice[0]
    assert lille[1] < nice[1]
