"""Play production by hand: the commands of docker-compose.yml against PostgreSQL and Redis, then a journey over HTTP.

The servers of 127.0.0.1:5432 and :6379 are used where they listen; else ours are started for the time of the run.
"""

import contextlib
import http.cookiejar
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import yaml

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))

from villes_internet.demarrage.essais import base_de_donnees  # noqa: E402
from villes_internet.demarrage.installer import dire, echouer, installer_paquets  # noqa: E402
from villes_internet.demarrage.sante import repond  # noqa: E402

HOTE = "label.villes-internet.example"
COURRIEL, PASSE = "agente@bassens.example", "Ardoise-Tilleul-Passerelle-2027"
SERVICES = ("web", "worker", "beat")


class Reponse:
    def __init__(self, brute: urllib.request.addinfourl) -> None:
        self.statut, self.adresse, self.entetes = brute.status, brute.url, brute.headers
        self.texte = brute.read().decode("utf-8", "replace")


class Visiteur:
    """A browser's manners behind the proxy: cookies, the proxy's headers, the CSRF token of the page's form."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        politique = http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"))
        biscuits = http.cookiejar.CookieJar(politique)

        class SansRedirection(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        self.ouvreur = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(biscuits), urllib.request.ProxyHandler({}), SansRedirection()
        )

    def aller(self, chemin: str, donnees: dict[str, str] | None = None, *, attendu: int = 200) -> Reponse:
        """GET, or POST when there are data; follows redirections; fails on another status than the one expected."""
        corps = urlencode(donnees).encode() if donnees is not None else None
        for _ in range(6):
            requete = urllib.request.Request(self.base + chemin, corps)
            requete.add_header("Host", HOTE)
            requete.add_header("X-Forwarded-Proto", "https")
            requete.add_header("Referer", f"https://{HOTE}{chemin}")
            try:
                reponse = Reponse(self.ouvreur.open(requete, timeout=20))
            except urllib.error.HTTPError as erreur:
                reponse = Reponse(erreur)
            if reponse.statut not in {301, 302, 303}:
                break
            chemin, corps = reponse.entetes["Location"].removeprefix(f"https://{HOTE}"), None
        exiger(reponse.statut == attendu, f"{chemin} répond {reponse.statut} au lieu de {attendu}")
        return reponse

    def remplir(self, chemin: str, **champs: str) -> Reponse:
        """Open the page of a form and send it with its CSRF token."""
        jeton = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.aller(chemin).texte)
        exiger(jeton is not None, f"{chemin} n’a pas de formulaire")
        assert jeton
        reponse = self.aller(chemin, {"csrfmiddlewaretoken": jeton[1], **champs})
        exiger("is-invalid" not in reponse.texte, f"{chemin} refuse ce qui lui est envoyé")
        return reponse


def exiger(condition: bool, phrase: str) -> None:
    if not condition:
        echouer(f"Production : {phrase}.")


def ecoute(port: int) -> bool:
    with socket.socket() as prise:
        prise.settimeout(2)
        return prise.connect_ex(("127.0.0.1", port)) == 0


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextlib.contextmanager
def redis() -> Iterator[str]:
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    if ecoute(6379):
        yield "redis://127.0.0.1:6379/15"
        return
    if not shutil.which("redis-server"):
        installer_paquets(["redis-server"], "Il manque un serveur Redis")
    port = port_libre()
    serveur = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
    )
    try:
        attendre(lambda: ecoute(port), "Redis ne démarre pas")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        serveur.terminate()
        serveur.wait(20)


def attendre(vrai: object, phrase: str, delai: float = 120) -> None:
    fin = time.monotonic() + delai
    while time.monotonic() < fin:
        if vrai():  # type: ignore[operator]
            return
        time.sleep(0.2)
    exiger(False, phrase)


def commandes() -> dict[str, list[str]]:
    """The command of each service, as the compose file says it, with the programs of the virtual environment."""
    services = yaml.safe_load((RACINE / "docker-compose.yml").read_text())["services"]
    resultat = {}
    for nom in (*SERVICES, "migrations"):
        programme, *suite = shlex.split(services[nom]["command"])
        resultat[nom] = [str(Path(sys.executable).parent / programme), *suite]
    return resultat


def parcours(port: int, journal: Path) -> None:
    visiteur = Visiteur(port)
    accueil = visiteur.aller("/")
    politique = accueil.entetes["Content-Security-Policy"]
    exiger(
        "default-src 'none'" in politique and "unsafe" not in politique,
        f"politique de sécurité trop large ({politique})",
    )
    exiger("max-age=" in (accueil.entetes["Strict-Transport-Security"] or ""), "pas d’en-tête HSTS")
    dire("Accueil et politique de sécurité")

    feuille = re.search(r'href="(/static/[^"]+\.css)"', accueil.texte)
    exiger(feuille is not None, "l’accueil n’a pas de feuille de style")
    assert feuille
    cache = visiteur.aller(feuille[1]).entetes["Cache-Control"]
    exiger("immutable" in cache, f"{feuille[1]} n’est pas gardé en cache ({cache})")
    dire("Fichiers statiques à longue durée")

    inscription = {"first_name": "Nadia", "last_name": "Ferrand", "email": COURRIEL, "password1": PASSE}
    visiteur.remplir("/compte/signup/", **inscription, conditions="on")
    trouve: list[str] = []

    def lien_recu() -> bool:
        trouve[:] = re.findall(rf"https://{re.escape(HOTE)}(/compte/confirm-email/[^\s/]+/)", journal.read_text())
        return bool(trouve)

    attendre(lien_recu, "le courriel de confirmation n’est pas parti du processus worker")
    dire("Inscription ; courriel envoyé par le processus worker")
    visiteur.remplir(trouve[0])
    visiteur = Visiteur(port)  # another browser, to sign in for good
    visiteur.remplir("/compte/login/", login=COURRIEL, password=PASSE)
    espace = visiteur.aller("/compte/profil/")
    exiger(COURRIEL in espace.texte, "la connexion n’a pas tenu")
    dire("Connexion")

    perdu = visiteur.aller("/page-qui-n-existe-pas/", attendu=404)
    exiger('href="/"' in perdu.texte, "la page introuvable ne propose pas de revenir à l’accueil")
    dire("Page introuvable, avec un chemin pour repartir")


def jouer(dossier: Path, environnement: dict[str, str], port: int) -> None:
    ordres = commandes()
    for ordre in (ordres["migrations"], [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"]):
        subprocess.run(ordre, cwd=RACINE, env=environnement, check=True)
    processus: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for nom in SERVICES:
            with (dossier / f"{nom}.log").open("wb") as journal:
                processus[nom] = subprocess.Popen(
                    ordres[nom], cwd=RACINE, env=environnement, stdout=journal, stderr=journal, start_new_session=True
                )
        attendre(lambda: repond(port, HOTE), "le processus web ne répond pas")
        dire("Processus web, worker et beat démarrés ; la base répond")
        parcours(port, dossier / "worker.log")
        for nom, enfant in processus.items():
            exiger(enfant.poll() is None, f"le processus {nom} s’est arrêté tout seul")
    except BaseException:
        for nom in processus:
            sys.stderr.write(f"--- {nom}\n" + (dossier / f"{nom}.log").read_text()[-3000:])
        raise
    finally:
        for enfant in reversed(processus.values()):
            enfant.terminate()
        for nom, enfant in processus.items():
            with contextlib.suppress(subprocess.TimeoutExpired):
                enfant.wait(30)
            if enfant.poll() is None:
                sys.stderr.write(f"Le processus {nom} a dû être tué.\n")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(enfant.pid, signal.SIGKILL)
    dire("Tout s’est arrêté proprement")


def main() -> None:
    port = port_libre()
    with (
        tempfile.TemporaryDirectory(prefix="production-") as nom,
        base_de_donnees("production") as base,
        redis() as file,
    ):
        dossier = Path(nom)
        (dossier / "donnees").mkdir()
        environnement = dict(
            os.environ,
            PRODUCTION="1",
            MODE_DEMONSTRATION="0",
            SECRET_KEY=secrets.token_urlsafe(60),
            DATABASE_URL=base,
            REDIS_URL=file,
            ALLOWED_HOSTS=HOTE,
            ADRESSE_PUBLIQUE=f"https://{HOTE}",
            EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend",
            DONNEES=str(dossier / "donnees"),
            STATIC_ROOT=str(dossier / "statiques"),
            PORT=str(port),
            PYTHONUNBUFFERED="1",
            PYTHONWARNINGS="default",
        )
        jouer(dossier, environnement, port)


if __name__ == "__main__":
    main()
