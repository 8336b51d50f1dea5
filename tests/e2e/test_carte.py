"""The map with the keyboard alone: what it shows and what the list says are the same, and the address keeps both."""

import re

import pytest
from playwright.sync_api import Page, expect

from atlaas.models import Entree
from tests.factories import atlaas, ground

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_the_list_follows_the_map(page: Page) -> None:
    ville = ground.collectivite("Bassens", "33032")
    ground.departement("974", "La Réunion")
    for titre in ("Atelier", "Navette", "Verger"):
        atlaas.fiche(ville, titre=titre)
    Entree.objects.update(latitude=44.9, longitude=-0.52)

    page.goto("/atlaas/carte/")
    page.get_by_role("button", name="Gironde : 3 actions. Rapprocher").press("Enter")
    titre = page.locator("#carte-liste-titre")
    expect(titre).to_contain_text("3 actions dans ce cadre")
    expect(page).to_have_url(re.compile("bbox="))
    expect(page.get_by_role("button", name="3 actions à Bassens. Rapprocher")).to_be_visible()

    page.reload()
    expect(titre).to_contain_text("3 actions dans ce cadre")
    page.locator(".carte-encarts").get_by_role("link", name="La Réunion, 0 action").press("Enter")
    expect(titre).to_contain_text("0 action dans ce cadre")
