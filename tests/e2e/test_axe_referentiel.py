"""axe finds nothing on the pages of the référentiel, from the list to a refused file."""

import json

import pytest
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_axe_finds_nothing_on_the_versions(releve, tmp_path, administratrice: Utilisateur) -> None:
    version = ground.version_publiee()
    actions.charger_l_histoire(par=administratrice, a=timezone.now())
    donnees = actions.charger_donnees("2027") | {"code": "2028"}
    donnees["faits"][1]["types"] = ["commune"]
    brouillon = actions.importer_version(donnees)
    releve.parcourir(
        administratrice,
        "/admin/referentiel/version/",
        f"/admin/referentiel/version/{version.pk}/change/",
        f"/admin/referentiel/version/{brouillon.pk}/change/",
        f"/admin/referentiel/{version.pk}/corriger/?groupe=A1",
        f"/admin/referentiel/{version.pk}/corriger/?cle=service:A1.4",
    )
    mauvais = tmp_path / "mauvais.json"
    mauvais.write_text(json.dumps(donnees | {"libelle": ""}), encoding="utf-8")
    page = releve.parcourir(administratrice, "/admin/referentiel/importer/")
    page.set_input_files("input[type=file]", mauvais)
    page.get_by_role("button", name="Importer", exact=True).click()
    page.get_by_text("libelle : ce texte est vide").wait_for()
    releve.examiner(page, "/admin/referentiel/importer/, fautes")
    assert not releve.trouves, releve.dire()
