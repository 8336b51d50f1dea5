"""Reading and checking the records: each fault says where it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.territoires.registre_minimal import Fichiers, commune, fichiers
from villes_internet.territoires.calculs import DonneeInvalide, lire_json, lire_registre


def test_lire_registre_relie_communes_parties_et_groupements() -> None:
    registre = lire_registre(fichiers(), 2026)
    bassens = registre.communes[0]
    assert (bassens.code, bassens.siren, bassens.epci) == ("33032", "213303200", "243300316")
    assert bassens.termes == "bassens 33032 33530 33 gironde"
    assert [(p.type, p.commune_actuelle) for p in registre.parties] == [
        ("commune_deleguee", "33003"),
        ("arrondissement", "33032"),
    ]
    epci, ept = registre.intercommunalites
    assert (epci.nom, epci.nom_normalise, epci.departement, epci.population) == (
        "CC de l’Estuaire",
        "estuaire",
        "33",
        9000,
    )
    assert ept.population is None
    assert ("33032", "200057867") in registre.appartenances
    assert len(registre.lignes) == 8


def modifier(fichier: str, rang: int, **champs: Any) -> Callable[[Fichiers], None]:
    return lambda f: f[fichier][rang - 1].update(champs)


def ajouter(enregistrement: dict[str, Any], fichier: str = "communes.json") -> Callable[[Fichiers], None]:
    return lambda f: f[fichier].append(enregistrement)


@pytest.mark.parametrize(
    ("alterer", "message"),
    [
        (modifier("communes.json", 2, nom=None), "communes.json, enregistrement n° 2 (code 33003) : le champ « nom »"),
        (modifier("communes.json", 1, code="3303"), "enregistrement n° 1 (code 3303) : le champ « code » a une forme"),
        (modifier("communes.json", 1, code=33032), "le champ « code » est absent, ou n’est pas un texte"),
        (modifier("communes.json", 3, siren="12"), "n° 3 (code 33999) : le champ « siren » a une forme inattendue"),
        (modifier("communes.json", 1, population=-1), "le champ « population » doit être un nombre entier"),
        (modifier("communes.json", 1, population=True), "le champ « population » doit être un nombre entier"),
        (modifier("communes.json", 1, codesPostaux="33530"), "le champ « codesPostaux » doit être une liste"),
        (modifier("communes.json", 1, codesPostaux=["3353"]), "le champ « codesPostaux » doit être une liste"),
        (modifier("communes.json", 1, type="hameau"), "le type « hameau » est inconnu"),
        (modifier("communes.json", 1, departement="99"), "le département « 99 » n’est pas dans le registre"),
        (modifier("communes.json", 1, region="99"), "la région « 99 » n’est pas dans le registre"),
        (modifier("communes.json", 5, chefLieu="99999"), "n° 5 (code 33004) : la commune « 99999 » dont elle dépend"),
        (modifier("departements.json", 1, region="99"), "departements.json, enregistrement n° 1 (code 33)"),
        (
            modifier("epci.json", 1, membres=[]),
            "epci.json, enregistrement n° 1 (code 243300316) : le champ « membres »",
        ),
        (modifier("epci.json", 1, membres=["33032"]), "sa commune membre « None » n’est pas dans le registre"),
        (
            modifier("ept.json", 1, membres=[{"code": "99999"}]),
            "sa commune membre « 99999 » n’est pas dans le registre",
        ),
        (ajouter(commune("33032", "Bassens")), "n° 7 (code 33032) : ce code figure déjà plus haut"),
        (ajouter(dict(fichiers()["epci.json"][0]), "epci.json"), "(code 243300316) : ce code figure deux fois"),
    ],
)
def test_lire_registre_nomme_l_enregistrement_fautif(alterer: Callable[[Fichiers], None], message: str) -> None:
    contenu = fichiers()
    alterer(contenu)
    with pytest.raises(DonneeInvalide) as erreur:
        lire_registre(contenu, 2026)
    assert message in str(erreur.value)
    assert str(erreur.value).endswith(".")


def test_lire_json_dit_ou_le_fichier_est_tronque() -> None:
    texte = json.dumps(fichiers()["communes.json"], ensure_ascii=False)
    with pytest.raises(DonneeInvalide) as erreur:
        lire_json(texte[: texte.index("Kerguelen")], "communes.json")
    assert "communes.json, enregistrement n° 4 : fichier tronqué ou mal formé" in str(erreur.value)
    assert "après l’enregistrement n° 3 (code 33999)" in str(erreur.value)


@pytest.mark.parametrize(
    ("texte", "message"),
    [
        ("", "enregistrement n° 1 : fichier tronqué ou mal formé, ligne 1"),
        ("[1, ", "après l’enregistrement n° 1 (code sans code)"),
        ('[{"nom": "x"}, {', "après l’enregistrement n° 1 (code sans code)"),
        ("{}", "une liste d’enregistrements est attendue"),
        ("[]", "une liste d’enregistrements est attendue"),
        ("[{}, 3]", "enregistrement n° 2 : ce n’est pas un objet JSON"),
    ],
)
def test_lire_json_refuse_ce_qui_n_est_pas_une_liste_d_enregistrements(texte: str, message: str) -> None:
    with pytest.raises(DonneeInvalide) as erreur:
        lire_json(texte, "communes.json")
    assert message in str(erreur.value)
