from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions
from villes_internet.referentiel.etats import RETIRER, EtatVersion
from villes_internet.referentiel.models import Service, Version
from villes_internet.referentiel.queries import arbre, version_courante
from villes_internet.socle.transitions import franchir

pytestmark = pytest.mark.django_db


def importer(*arguments: str) -> str:
    sortie = StringIO()
    call_command("importer_referentiel", *arguments, stdout=sortie)
    return sortie.getvalue()


def test_importer_twice_loads_one_published_version() -> None:
    assert "20 enjeux, 140 services, publiée" in importer()
    assert importer("2027") == importer()
    assert Version.objects.get().etat == EtatVersion.PUBLIEE
    assert Service.objects.count() == 140


def test_importer_as_a_draft_then_publishes() -> None:
    assert "brouillon" in importer("--brouillon")
    assert version_courante() is None
    assert "publiée" in importer()


def test_an_unknown_code_is_one_clear_sentence() -> None:
    with pytest.raises(CommandError, match="« 1999 »"):
        importer("1999")


def test_the_tree_of_a_draft_takes_three_queries_and_a_frozen_one_none_the_second_time(
    django_assert_num_queries: Any,
) -> None:
    version = actions.importer_version(actions.charger_donnees("2027"))
    with django_assert_num_queries(3):
        lu = arbre(version)
    assert [f.code for f in lu.familles] == ["A", "B", "C", "D", "E"]
    assert (len(lu.enjeux), lu.enjeux[0].code, lu.enjeux[-1].est_transversal) == (20, "A1", True)
    assert all(len(e.services) == 7 and len(e.niveaux) == 5 for e in lu.enjeux)
    assert lu.enjeu("C2") is not None
    assert lu.enjeu("Z1") is None
    actions.publier(version, par=None, a=timezone.now())
    arbre(version)
    with django_assert_num_queries(0):
        assert arbre(version) == lu


def test_the_current_version_is_the_latest_published_one() -> None:
    version = ground.version_publiee()
    assert version_courante() == version
    franchir(version, RETIRER, par=None)
    assert version_courante() is None


def test_the_scale_names_a_proof_for_the_two_highest_statuses() -> None:
    bareme = ground.version_publiee().bareme
    assert {s["code"]: s["exige"] for s in bareme["statuts"] if "exige" in s} == {
        "en_service": "action",
        "evalue": "evaluation",
    }


def test_the_admin_shows_a_version_read_only(
    administratrice: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    version = ground.version_publiee()
    client = connecte(administratrice)
    page = client.get(f"/admin/referentiel/version/{version.pk}/change/")
    assert page.status_code == 200
    assert "Démocratie locale" in page.content.decode()
    assert client.post(f"/admin/referentiel/version/{version.pk}/change/", {"code": "x"}).status_code == 403


def test_the_admin_shows_an_empty_version(
    administratrice: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    version = Version.objects.create(code="2030", libelle="Vide")
    assert (
        "Version vide"
        in connecte(administratrice).get(f"/admin/referentiel/version/{version.pk}/change/").content.decode()
    )
