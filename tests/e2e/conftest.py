"""A real browser for the journeys. Each page is watched: an error in its console, a refused or failed file, a request
to another host or a server error fails the test that opened it."""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright
from pytest_django.fixtures import Settings

from tests.e2e.axe import Releve
from tests.e2e.ecrans import TAILLE, TAILLE_MOBILE
from villes_internet.demarrage import navigateur

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in the test's thread

OuvrirPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One for a file. While Playwright's loop runs, Django keeps other connections: the test database is made before
    and unmade after, on those that pytest-django knows."""
    with sync_playwright() as playwright:
        ouvert = playwright.chromium.launch(executable_path=navigateur.chemin(), args=navigateur.options())
        yield ouvert
        ouvert.close()


@pytest.fixture
def fautes() -> Iterator[list[str]]:
    """What went wrong in the pages of the test; a test that provokes a fault on purpose clears it."""
    liste: list[str] = []
    yield liste
    assert not liste, "\n".join(liste)


@pytest.fixture
def ouvrir_page(browser: Browser, live_server: Any, fautes: list[str]) -> Iterator[OuvrirPage]:
    """``ouvrir_page(javascript=False, taille=TAILLE_MOBILE, sombre=True)`` → a watched page of a session of its own."""
    contextes: list[BrowserContext] = []

    def ouvrir(*, javascript: bool = True, taille: Any = None, sombre: bool = False) -> Page:
        contexte = browser.new_context(
            base_url=live_server.url,
            viewport=taille or TAILLE,
            java_script_enabled=javascript,
            color_scheme="dark" if sombre else "light",
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        page = contexte.new_page()
        surveiller(page, urlsplit(live_server.url).netloc, fautes)
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()


@pytest.fixture
def page(ouvrir_page: OuvrirPage) -> Page:
    """The screen of an office: 1280 × 800, light, with JavaScript."""
    return ouvrir_page()


@pytest.fixture
def page_sans_javascript(ouvrir_page: OuvrirPage) -> Page:
    return ouvrir_page(javascript=False)


@pytest.fixture
def page_mobile(ouvrir_page: OuvrirPage) -> Page:
    return ouvrir_page(taille=TAILLE_MOBILE)


@pytest.fixture
def releve(settings: Settings, live_server: Any, ouvrir_page: OuvrirPage) -> Releve:
    """Walks pages and keeps what axe says of them."""
    settings.ADRESSE_PUBLIQUE = live_server.url
    return Releve(ouvrir_page, live_server.url)


def surveiller(page: Page, hote: str, fautes: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # A 4xx is judged in ``reponse``, where we know what was asked for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            fautes.append(f"console : {message.text} ({page.url})")

    def requete(demande: Request) -> None:
        adresse = urlsplit(demande.url)
        if adresse.scheme in {"http", "https"} and adresse.netloc != hote:
            fautes.append(f"requête vers un autre hôte : {demande.url}")

    def reponse(recue: Response) -> None:
        est_ressource = recue.request.resource_type not in {"document", "fetch", "xhr"}
        if recue.status >= 500 or (recue.status >= 400 and est_ressource):
            fautes.append(f"réponse {recue.status} : {recue.url}")

    page.on("console", console)
    page.on("pageerror", lambda erreur: fautes.append(f"exception : {erreur}"))
    page.on("request", requete)
    page.on("response", reponse)
