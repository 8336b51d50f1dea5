"""Filling together, in real browsers: a guest's link, two people on one enjeu, no word lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mosaique.models import Mosaique, ReponseEnjeu, ReponseInvitee
from tests.e2e import gestes
from tests.e2e.conftest import OuvrirPage
from tests.factories import ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.socle.models import Courriel
from villes_internet.territoires.models import Collectivite

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ENJEU = "/mosaique/33032/2027/A1/"
CAMILLE = "camille@mediatheque.example"


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    return fabrique.mosaique(bassens)


def celle_qui_compte() -> ReponseEnjeu:
    return ReponseEnjeu.objects.get(enjeu__code="A1")


def adresse_du_lien() -> str:
    trouve = re.search(r"/repondre/\S+/", Courriel.objects.get(a=[CAMILLE], sujet__contains="vous demande").texte)
    assert trouve
    return trouve[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["avec JavaScript", "sans JavaScript"])
def test_somebody_without_an_account_answers_and_the_referente_accepts(
    javascript: bool, mosaique: Mosaique, referente: Utilisateur, ouvrir_page: OuvrirPage
) -> None:
    page = ouvrir_page(javascript=javascript)
    gestes.se_connecter(page, referente.email, f"/compte/login/?next={ENJEU}")
    page.get_by_role("link", name="Confier cet enjeu à quelqu’un").click()
    page.get_by_label(re.compile("^Adresse électronique")).fill(CAMILLE)
    page.get_by_role("button", name="Envoyer le lien").click()
    gestes.annonce(page, f"Le lien part à {CAMILLE}")

    invitee = ouvrir_page(javascript=javascript)
    invitee.goto(adresse_du_lien())
    invitee.locator("input[name=niveau][value='2']").check()
    invitee.locator("[name='statut_A1.1']").select_option("pas_fait")
    invitee.get_by_label("3. Ce que vous voulez ajouter").fill("Le conseil est filmé depuis 2024.")
    invitee.get_by_role("button", name="Envoyer ma réponse").click()
    gestes.annonce(invitee, "Votre réponse est enregistrée : merci.")
    assert celle_qui_compte().niveau is None

    page.goto(ENJEU)
    page.get_by_role("link", name="Relire et choisir").click()
    page.get_by_role("button", name="Accepter ce choix").click()
    gestes.annonce(page, f"La réponse de {CAMILLE} est reprise")
    assert celle_qui_compte().commentaire == "Le conseil est filmé depuis 2024."
    assert ReponseInvitee.objects.get().etat == "acceptee"
    invitee.goto(adresse_du_lien())
    gestes.annonce(invitee, "Votre réponse a été relue")


def _deux(ouvrir_page: OuvrirPage, bassens: Collectivite, *, javascript: bool = True) -> tuple[Page, Page]:
    pages = []
    for prenom in ("Léo", "Alma"):
        personne = ground.habiliter(ground.utilisateur(prenom), Role.CONTRIBUTEUR, bassens)
        page = ouvrir_page(javascript=javascript)
        gestes.se_connecter(page, personne.email, f"/compte/login/?next={ENJEU}")
        pages.append(page)
    return pages[0], pages[1]


def test_two_people_on_one_enjeu_see_each_other_and_lose_no_word(
    mosaique: Mosaique, bassens: Collectivite, ouvrir_page: OuvrirPage
) -> None:
    leo, alma = _deux(ouvrir_page, bassens)
    leo.goto(ENJEU)
    alma.goto(ENJEU)
    expect(alma.get_by_text("Léo Martin est sur cette page depuis")).to_be_visible()
    leo.locator("#id_commentaire").fill("Ce que Léo commence.")
    expect(leo.get_by_text("Enregistré à")).to_be_visible()

    # Alma touches another answer: both are kept, nobody is asked anything.
    alma.locator("input[name=niveau][value='3']").check()
    expect(alma.get_by_text("Enregistré à")).to_be_visible()
    expect(alma.locator("#id_commentaire")).to_have_value("Ce que Léo commence.")
    leo.locator("#id_commentaire").fill("Ce que Léo écrit.")
    expect(leo.locator("input[name=niveau][value='3']")).to_be_checked()

    # Both write the same answer: they choose.
    alma.locator("#id_commentaire").fill("Ce qu’Alma écrit.")
    choix = alma.locator("[data-arbitrage]")
    expect(choix).to_contain_text("Ce que Léo écrit.")
    expect(choix).to_contain_text("Ce qu’Alma écrit.")
    expect(choix.get_by_role("group")).to_have_count(1)
    choix.get_by_label(re.compile("La version de Léo Martin.*Ce que Léo écrit", re.DOTALL)).check()
    choix.get_by_role("button", name="Enregistrer ce choix").click()
    expect(choix).to_have_count(0)
    expect(alma.get_by_text("Enregistré à")).to_be_visible()
    gardee: Any = celle_qui_compte()
    assert (gardee.niveau, gardee.commentaire) == (3, "Ce que Léo écrit.")


def test_without_javascript_a_stale_save_shows_both_versions(
    mosaique: Mosaique, bassens: Collectivite, ouvrir_page: OuvrirPage
) -> None:
    leo, alma = _deux(ouvrir_page, bassens, javascript=False)
    for page in (leo, alma):
        page.goto(ENJEU)
    for page, niveau, texte in ((leo, "2", "Ce que Léo écrit."), (alma, "3", "Ce qu’Alma écrit.")):
        page.locator(f"input[name=niveau][value='{niveau}']").check()
        page.locator("#id_commentaire").fill(texte)
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    gestes.annonce(alma, "Léo Martin a enregistré cet enjeu")
    for texte in ("Ce que Léo écrit.", "Ce qu’Alma écrit.", "2, structuré", "3, installé et mesuré"):
        gestes.annonce(alma, texte)
    alma.get_by_role("group", name="Commentaire").get_by_label("Déjà enregistré").check()
    alma.get_by_role("button", name="Enregistrer ce choix").click()
    gestes.annonce(alma, "est enregistré")
    gardee = celle_qui_compte()
    assert (gardee.niveau, gardee.commentaire) == (3, "Ce que Léo écrit.")


def test_one_key_goes_to_the_next_enjeu_and_back_and_can_be_switched_off(
    mosaique: Mosaique, referente: Utilisateur, page: Page
) -> None:
    gestes.se_connecter(page, referente.email, f"/compte/login/?next={ENJEU}")
    page.locator("#id_commentaire").press("n")
    expect(page.locator("#id_commentaire")).to_have_value("n")
    expect(page.get_by_text("Enregistré à")).to_be_visible()
    page.locator("#id_commentaire").blur()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/A2/$"))
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/A1/$"))
    page.get_by_role("button", name="Les désactiver").click()
    page.get_by_role("button", name="Activer les touches").blur()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/A1/$"))
