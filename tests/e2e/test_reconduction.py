"""Last year's actions taken over with the keyboard alone, then with somebody else at the same table."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from atlaas.models import Action, Stade
from candidatures.dossiers import actions
from candidatures.dossiers.models import Dossier
from tests.e2e import gestes
from tests.e2e.axe import Releve
from tests.factories import atlaas, ground
from tests.factories import dossiers as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dossier(bassens: Collectivite) -> Dossier:
    """Eight rows: five fiches, then three flagships."""
    ground.version_publiee()
    fabrique.dossier_passe(bassens, *(atlaas.fiche(bassens, titre=f"Fiche n° {rang}") for rang in range(1, 6)))
    return fabrique.dossier(bassens)


def ligne(page: Page, titre: str) -> Locator:
    return page.get_by_role("row", name=re.compile(titre))


def compte(page: Page, traitees: int) -> None:
    expect(page.locator("[data-reconduction-compte]")).to_have_text(f"{traitees} / 8")


def test_eight_actions_are_taken_over_with_the_keyboard_alone(
    dossier: Dossier, referente: Utilisateur, releve: Releve
) -> None:
    page = releve.page_de(referente)
    page.goto(f"/dossiers/{dossier.pk}/actions/")
    compte(page, 0)
    gestes.avancer_jusqu_a(page, ligne(page, "Fiche n° 1").get_by_label("À traiter"))
    page.keyboard.type("rmc")
    expect(ligne(page, "Fiche n° 3").get_by_label("Clore")).to_be_focused()
    compte(page, 3)
    page.keyboard.press("Tab")
    expect(ligne(page, "Fiche n° 3").get_by_label("Finie le")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("ra")
    page.keyboard.press("ArrowUp")
    expect(ligne(page, "Fiche n° 5").get_by_label("Reconduire")).to_be_focused()
    compte(page, 4)
    expect(page.locator("[data-indicateur-sauvegarde]")).to_contain_text("Enregistré à")
    expect(page.locator("[data-reconduction-maj] a")).to_have_text("Fiche n° 2")

    filtre = page.get_by_role("button", name="À traiter seulement")
    filtre.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-ligne]:visible")).to_have_count(4)
    page.get_by_role("button", name="Tout reconduire (4)").focus()
    page.keyboard.press("Enter")
    compte(page, 8)
    expect(page.get_by_text("Tout est traité.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-ligne]:visible")).to_have_count(8)
    releve.examiner(page, "actions")

    gestes.avancer_jusqu_a(page, page.get_by_role("button", name="Enregistrer et continuer"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/phares/$"))
    assert Action.objects.get(titre="Fiche n° 3").stade == Stade.ARRETEE
    assert dossier.actions_presentees.count() == 8

    autre_fait_autre_chose(dossier, referente, page)
    assert Action.objects.get(titre="Fiche n° 1").stade == Stade.EN_SERVICE
    releve.examiner(page, "actions, deux versions")
    page.get_by_label("La version de Alice Martin").first.check()
    page.get_by_role("button", name="Enregistrer ce choix").click()
    expect(page.locator("[data-indicateur-sauvegarde]")).to_contain_text("Enregistré à")
    expect(ligne(page, "Fiche n° 1").get_by_label("À traiter", exact=True)).to_be_checked()
    assert not releve.trouves, releve.dire()


def autre_fait_autre_chose(dossier: Dossier, par: Utilisateur, page: Page) -> None:
    """Between the opening of the page and its save, somebody puts the first row back among what is to be treated."""
    page.goto(f"/dossiers/{dossier.pk}/actions/")
    section = dossier.sections.get(etape="actions")
    donnees = {**section.donnees, f"reprise-{Action.objects.get(titre='Fiche n° 1').pk}": ""}
    actions.enregistrer_section(dossier, "actions", donnees, section.numero_version, par=par)
    ligne(page, "Fiche n° 1").get_by_label("Reconduire").focus()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Enregistrer ce choix")).to_be_visible()
