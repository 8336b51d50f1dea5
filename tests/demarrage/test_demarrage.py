"""``make run`` itself, on a database that already has its data: it serves, it stops, it starts again."""

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives

from tests.factories.ground import campagne, collectivite
from villes_internet.demarrage import __main__ as demarrage
from villes_internet.demarrage import essais, sante
from villes_internet.socle import courriel
from villes_internet.socle.models import Courriel

pytestmark = pytest.mark.long

RACINE = Path(__file__).resolve().parents[2]


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


@pytest.fixture
def lancer(tmp_path, transactional_db, settings):
    """Start the product on the test's database, with data of its own; whatever happens, nothing of it stays."""
    collectivite()
    campagne()
    base = settings.DATABASES["default"]
    adresse = base["HOST"].replace("/", "%2F") + (f":{base['PORT']}" if base["PORT"] else "")
    secret = f":{base['PASSWORD']}" if base["PASSWORD"] else ""
    lances = []

    def lancer(port, **environnement):
        journal = (tmp_path / f"journal-{len(lances)}").open("w+")
        processus = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "villes_internet.demarrage", "--port", str(port)],
            cwd=RACINE,
            stdout=journal,
            stderr=journal,
            env={
                **os.environ,
                "DONNEES": str(tmp_path / "donnees"),
                "DATABASE_URL": f"postgresql://{base['USER']}{secret}@{adresse}/{base['NAME']}",
                **environnement,
            },
        )
        lances.append((processus, journal))
        return processus, Path(journal.name)

    yield lancer
    for processus, journal in lances:
        processus.terminate()
        processus.wait(60)
        journal.close()


def attendre(condition, processus, delai=120):
    fin = time.monotonic() + delai
    while time.monotonic() < fin and not condition():
        if processus.poll() is not None:
            return
        time.sleep(0.2)


def descendants(pid: int) -> set[int]:
    enfants = {int(n) for t in Path(f"/proc/{pid}/task").iterdir() for n in (t / "children").read_text().split()}
    return enfants.union(*(descendants(enfant) for enfant in enfants))


def test_it_serves_restarts_a_dead_worker_and_stops_without_leaving_a_process(lancer):
    port = port_libre()
    processus, journal = lancer(port)
    attendre(lambda: "est prêt" in journal.read_text(), processus)
    assert f"http://localhost:{port}/" in journal.read_text()
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=20).read() == b"ok\n"

    def ouvriers():
        return [p for p in descendants(processus.pid) if b"celery" in Path(f"/proc/{p}/cmdline").read_bytes()]

    os.kill(min(ouvriers()), signal.SIGKILL)
    attendre(lambda: "il est relancé" in journal.read_text(), processus)
    assert "« ouvrier »" in journal.read_text()

    attendre(lambda: len(ouvriers()) >= 3, processus)
    tous = descendants(processus.pid)
    assert len(tous) >= 4
    processus.send_signal(signal.SIGINT)
    assert processus.wait(60) == 0
    assert [pid for pid in tous if Path(f"/proc/{pid}").exists()] == []
    assert journal.read_text().endswith("• Tout est arrêté.\n")
    assert not re.search("SecurityWarning|No hostname", journal.read_text())

    debut = time.monotonic()
    processus, journal = lancer(port)
    attendre(lambda: "est prêt" in journal.read_text(), processus)
    print(f"second start: {time.monotonic() - debut:.1f} s")  # noqa: T201
    assert "Fichiers statiques" not in journal.read_text()
    assert "Première fois" not in journal.read_text()


def test_a_second_start_on_the_same_data_is_refused(tmp_path, lancer):
    donnees = tmp_path / "donnees"
    donnees.mkdir()
    with (donnees / "verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        processus, journal = lancer(port_libre())
        assert processus.wait(60) == 1
    assert re.fullmatch(r"\s*✗ Le site tourne déjà sur ces données.*\n", journal.read_text())


def test_a_database_that_does_not_answer_is_one_sentence(lancer):
    processus, journal = lancer(port_libre(), DATABASE_URL="postgresql://personne@127.0.0.1:1/rien")

    assert processus.wait(60) == 1
    assert "✗ Le serveur de DATABASE_URL ne répond pas" in journal.read_text()
    assert "Traceback" not in journal.read_text()


def test_a_taken_port_is_one_sentence(lancer):
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        processus, journal = lancer(prise.getsockname()[1])
        assert processus.wait(60) == 1
    assert "est déjà pris" in journal.read_text()
    assert "Traceback" not in journal.read_text()


def test_accounts_of_the_demonstration_are_announced_only_in_that_mode(capsys, settings):
    settings.MODE_DEMONSTRATION = True
    demarrage.annoncer(8000)
    avec = capsys.readouterr().out
    settings.MODE_DEMONSTRATION = False
    demarrage.annoncer(8000)
    sans = capsys.readouterr().out

    assert "http://localhost:8000/" in avec
    assert "Comptes de démonstration" in avec
    assert "@" not in sans


@pytest.mark.django_db
def test_health_answers_to_anyone(client):
    reponse = client.get("/sante/")

    assert (reponse.status_code, reponse.content) == (200, b"ok\n")
    assert "no-store" in reponse["Cache-Control"]


def test_health_check_sees_a_live_site_and_a_dead_one(live_server):
    assert sante.repond(live_server.thread.port, "localhost")
    assert not sante.repond(port_libre(), "localhost")


def test_the_given_database_is_used(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ailleurs/base")

    with essais.base_de_donnees() as url:
        assert url == "postgresql://ailleurs/base"


def test_without_any_server_the_embedded_one_is_lent(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DONNEES", str(tmp_path / "donnees"))
    monkeypatch.setattr(essais, "LOCAL", "postgresql://postgres@127.0.0.1:1")

    with essais.base_de_donnees("usage") as url, essais.psycopg.connect(url) as connexion:
        assert connexion.execute("SELECT current_database()").fetchone() == ("usage",)
        (lieu,) = connexion.execute("SHOW data_directory").fetchone()
    if os.geteuid() == 0:
        subprocess.run(["rm", "-rf", str(Path(lieu).parents[1])], check=True)  # noqa: S603, S607


@pytest.mark.django_db
def test_a_message_on_the_terminal_is_its_text_alone(settings, capsys):
    settings.EMAIL_BACKEND = "villes_internet.socle.console.EmailBackend"
    message = EmailMultiAlternatives("Objet", "Bonjour,\n\nvoici le lien.", to=["agente@bassens.example"])
    message.attach_alternative("<p>Bonjour</p>", "text/html")

    message.send()

    assert capsys.readouterr().out.strip() == "✉ agente@bassens.example : Objet\n\nBonjour,\n\nvoici le lien."


@pytest.mark.django_db
def test_messages_of_the_demonstration_s_past_are_put_away_in_silence(settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    courriel.poster("Objet", "Texte", "<p>Texte</p>", ["agente@bassens.example"])

    demarrage.expedier_sans_bruit()

    assert not Courriel.objects.en_attente().exists()
    assert capsys.readouterr().out.startswith("• 1 messages rangés dans la boîte")
