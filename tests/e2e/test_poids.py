"""What pages weigh over the wire, as production serves them: compressed, static files collected and named by content.

A fiche, a search, an agent's page cost 90 kB at the first visit, fonts included, and 15 kB at the next; 20 requests at
most, and none to another host. The map costs 200 kB at the first visit. Counted in the browser, headers included, by
its own network log.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as reglages
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext

from atlaas.models import Action
from tests.e2e import monde
from tests.factories import dossiers, ground
from villes_internet.comptes.models import Role

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PREMIERE, SUIVANTE, REQUETES = 90_000, 15_000, 20
CARTE = 200_000


@dataclass(frozen=True)
class Poids:
    octets: int
    requetes: int
    hotes: frozenset[str]


@pytest.fixture(scope="module")
def statiques(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("collecte")
    _manage("collectstatic", "--noinput", env={"STATIC_ROOT": str(dossier)})
    return dossier


def _manage(*commande: str, env: dict[str, str]) -> None:
    base = reglages.BASE_DIR
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *commande], cwd=base, env={**os.environ, **env}, check=True, capture_output=True
    )


@pytest.fixture
def serveur(transactional_db: None, statiques: Path, tmp_path: Path) -> Iterator[str]:
    """gunicorn on the test's database."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    base = connection.settings_dict
    acces = f"{base['USER']}{':' + base['PASSWORD'] if base['PASSWORD'] else ''}"
    env = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{acces}@{base['HOST']}:{base['PORT']}/{base['NAME']}",
        "STATIC_ROOT": str(statiques),
        "DONNEES": str(tmp_path),
        "MODE_DEMONSTRATION": "0",
    }
    options = ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "warning", "--no-control-socket"]
    commande = [sys.executable, "-m", "gunicorn", "villes_internet.wsgi", *options]
    processus = subprocess.Popen(commande, cwd=reglages.BASE_DIR, env=env)  # noqa: S603 - our own command
    adresse = f"http://127.0.0.1:{port}"
    try:
        _attendre(f"{adresse}/compte/login/", processus)
        yield adresse
    finally:
        processus.terminate()
        processus.wait(20)


def _attendre(adresse: str, processus: subprocess.Popen[bytes]) -> None:
    fin = time.monotonic() + 60
    while time.monotonic() < fin and processus.poll() is None:
        try:
            urllib.request.urlopen(adresse, timeout=5).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Le serveur ne répond pas.")


def peser(contexte: BrowserContext, adresse: str) -> Poids:
    """One visit in a new tab; what comes from the cache weighs nothing and is no request."""
    page = contexte.new_page()
    releve = contexte.new_cdp_session(page)
    releve.send("Network.enable")
    demandes: dict[str, str] = {}
    en_cache: set[str] = set()
    octets: dict[str, int] = {}
    releve.on("Network.requestWillBeSent", lambda e: demandes.update({e["requestId"]: e["request"]["url"]}))
    releve.on("Network.requestServedFromCache", lambda e: en_cache.add(e["requestId"]))
    releve.on(
        "Network.responseReceived",
        lambda e: en_cache.add(e["requestId"]) if e["response"].get("fromDiskCache") else None,
    )
    releve.on("Network.loadingFinished", lambda e: octets.update({e["requestId"]: int(e["encodedDataLength"])}))
    reponse = page.goto(adresse, wait_until="networkidle")
    assert reponse
    assert reponse.status == 200
    assert page.url == adresse
    page.close()
    reelles = {cle: url for cle, url in demandes.items() if cle not in en_cache and url.startswith("http")}
    hotes = frozenset(urlsplit(url).netloc for url in reelles.values())
    return Poids(sum(octets.get(cle, 0) for cle in reelles), len(reelles), hotes)


def test_pages_weigh_what_was_promised(serveur: str, browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    pays = monde.construire()
    nina = ground.habiliter(ground.utilisateur("Nina"), Role.REFERENT, pays.village)
    dossier = dossiers.dossier(pays.village, pays.campagne, etat="complet")
    fiche = Action.objects.earliest("pk")
    code = pays.village.code
    client = Client()
    client.force_login(nina, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": serveur}
    pages = [
        "/",
        "/atlaas/",
        "/atlaas/?q=budget",
        fiche.get_absolute_url(),
        f"/collectivites/{code}/",
        f"/espace/{code}/",
        f"/espace/{code}/fiches/creer/",
        f"/atlaas/fiches/{fiche.pk}/modifier/",
        dossier.get_absolute_url(),
        f"/dossiers/{dossier.pk}/lettre/",
        f"/dossiers/{dossier.pk}/phares/",
        f"/dossiers/{dossier.pk}/relecture/",
        f"/dossiers/{dossier.pk}/depot/",
        f"/mosaique/{code}/2027/",
        f"/mosaique/{code}/2027/A1/",
        "/compte/profil/",
    ]
    lignes, defauts = [], []
    for chemin in pages:
        froid = browser.new_context(locale="fr-FR")
        froid.add_cookies([session])
        premiere = peser(froid, serveur + chemin)
        froid.close()
        # Another page has been seen before: style, fonts and scripts of the site are there.
        tiede = browser.new_context(locale="fr-FR")
        tiede.add_cookies([session])
        peser(tiede, f"{serveur}/dossiers/{dossier.pk}/moyens/")
        suivante = peser(tiede, serveur + chemin)
        tiede.close()
        lignes.append(
            f"{chemin:<34}{premiere.octets / 1000:>10.1f}{premiere.requetes:>6}"
            f"{suivante.octets / 1000:>12.1f}{suivante.requetes:>6}"
        )
        mesures = (("première", premiere, PREMIERE), ("suivante", suivante, SUIVANTE))
        for visite, poids, limite in mesures:
            if poids.octets > limite:
                defauts.append(f"{chemin} : {poids.octets} octets à la visite {visite}, {limite} permis")
            if poids.requetes > REQUETES:
                defauts.append(f"{chemin} : {poids.requetes} requêtes à la visite {visite}")
            if poids.hotes - {urlsplit(serveur).netloc}:
                defauts.append(f"{chemin} : requête vers {', '.join(poids.hotes)}")
    froid = browser.new_context(locale="fr-FR")
    carte = peser(froid, f"{serveur}/atlaas/carte/")
    froid.close()
    lignes.append(f"{'/atlaas/carte/':<34}{carte.octets / 1000:>10.1f}{carte.requetes:>6}")
    if carte.octets > CARTE or carte.requetes > REQUETES or carte.hotes - {urlsplit(serveur).netloc}:
        defauts.append(f"/atlaas/carte/ : {carte}")
    table = "\n".join([f"\n{'page':<34}{'1re (kB)':>10}{'req.':>6}{'puis (kB)':>12}{'req.':>6}", *lignes, ""])
    with capsys.disabled():
        sys.stdout.write(table)
    assert not defauts, "\n".join(defauts)
