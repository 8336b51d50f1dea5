"""French alphabetical order: what it says, and that no server's locale has a say in it."""

import random
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import GeneratedField

from tests.factories import ground
from villes_internet.socle.alphabet import CleAlphabetique
from villes_internet.territoires.models import Collectivite, Region

pytestmark = pytest.mark.django_db
DANS_L_ORDRE = [
    "Écully",
    "Évreux",
    "Ézy-sur-Eure",
    "Fécamp",
    "L'Haÿ-les-Roses",
    "La Rochelle",
    "Laàs",
    "Lens",
    "Lisle",
    "Œuilly",
    "Offranville",
    "Saint-Étienne",
    "Saint-Evarzec",
    "Sainte-Adresse",
    "Ÿ",
    "Zuydcoote",
]


def cle(nom: str) -> str:
    with connection.cursor() as curseur:
        curseur.execute("SELECT vi_cle_alphabetique(%s)", [nom])
        (valeur,) = curseur.fetchone()
    return str(valeur)


@pytest.mark.parametrize(
    ("nom", "attendue"),
    [
        ("Écully", "ecully"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("SAINT–ÉTIENNE", "saint etienne"),
        ("  Æschen (2e) ", "aeschen 2e"),
        ("Łódź, Straße, Øst, Đak", "lodz strasse ost dak"),
        ("E\u0301vreux", "evreux"),
        ("", ""),
    ],
)
def test_key_is_made_of_plain_letters_and_single_spaces(nom: str, attendue: str) -> None:
    assert cle(nom) == attendue
    assert cle(attendue) == attendue


def test_collectivites_stand_in_the_french_order() -> None:
    for nom in random.sample(DANS_L_ORDRE, len(DANS_L_ORDRE)):
        ground.collectivite(nom)
    assert [c.nom for c in Collectivite.objects.all()] == DANS_L_ORDRE
    assert [c.nom for c in Collectivite.objects.order_by(CleAlphabetique("nom"))] == DANS_L_ORDRE


def test_regions_stand_in_the_french_order() -> None:
    for code, nom in (("1", "Occitanie"), ("2", "Île-de-France"), ("3", "Grand Est"), ("4", "Auvergne-Rhône-Alpes")):
        Region.objects.create(code=code, nom=nom)
    noms = ["Auvergne-Rhône-Alpes", "Grand Est", "Île-de-France", "Occitanie"]
    assert [r.nom for r in Region.objects.all()] == noms


def test_key_follows_the_name() -> None:
    commune = ground.collectivite("Zuydcoote")
    Collectivite.objects.filter(pk=commune.pk).update(nom="Écully")
    commune.refresh_from_db()
    assert commune.cle_alphabetique == "ecully"


def test_every_key_is_compared_byte_by_byte_whatever_the_locale() -> None:
    champs = [
        (modele._meta.db_table, champ.column)
        for modele in apps.get_models()
        for champ in modele._meta.fields
        if isinstance(champ, GeneratedField) and champ.name == "cle_alphabetique"
    ]
    assert len(champs) >= 4
    with connection.cursor() as curseur:
        for table, colonne in champs:
            curseur.execute(
                "SELECT collation_name FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                [table, colonne],
            )
            assert curseur.fetchone() == ("C",), table


ORDRES = re.compile(r"(?:order_by\(|\bordering\s*=\s*[\[(]|\bORDRE\s*=\s*\()([^)\]]*)")
BRUT = re.compile(r"[\"']-?(?:\w+__)?(?:nom|last_name|first_name|titre)[\"']")


def test_no_list_is_ordered_by_a_name_as_written() -> None:
    modules = [
        f
        for dossier in ("villes_internet", "candidatures", "mosaique", "atlaas")
        for f in (settings.BASE_DIR / dossier).rglob("*.py")
        if "migrations" not in f.parts
    ]
    ordres = [(f.name, o) for f in modules for o in ORDRES.findall(f.read_text(encoding="utf-8"))]
    assert len(ordres) > 50
    assert [o for o in ordres if BRUT.search(o[1])] == []
