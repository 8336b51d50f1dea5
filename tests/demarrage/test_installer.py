"""The installer: each failure is one French sentence with its remedy; each step is made once."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from villes_internet.demarrage import installer

SCRIPT = installer.RACINE / "villes_internet/demarrage/installer.py"


@pytest.fixture
def projet(tmp_path, monkeypatch):
    """A checkout of its own, with lock files and sources, where commands are noted instead of run."""
    for nom in ("package.json", "package-lock.json", "requirements/demarrage.txt", "requirements/developpement.txt"):
        fichier = tmp_path / nom
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_text(nom)
    (tmp_path / "static/scss").mkdir(parents=True)
    (tmp_path / "static/scss/socle.scss").touch()
    (tmp_path / "villes_internet/demarrage").mkdir(parents=True)
    (tmp_path / "villes_internet/demarrage/assets.py").touch()
    (tmp_path / "villes_internet/demarrage/contours.py").touch()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    monkeypatch.setattr(installer, "RACINE", tmp_path)
    monkeypatch.setattr(installer, "VENV", tmp_path / ".venv")
    return tmp_path


@pytest.fixture
def commandes(monkeypatch):
    liste = []
    monkeypatch.setattr(installer, "executer", lambda commande, remede: liste.append(" ".join(commande)))
    return liste


def refus(capsys, fonction, *arguments):
    with pytest.raises(SystemExit) as arret:
        fonction(*arguments)
    assert arret.value.code == 1
    phrase = capsys.readouterr().err.strip()
    assert phrase.startswith("✗ ")
    assert "\n" not in phrase
    return phrase


def test_installer_runs_with_the_bare_system_python():
    resultat = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", str(SCRIPT), "--help"], capture_output=True, text=True, check=False
    )
    assert resultat.returncode == 0, resultat.stderr
    assert "--navigateur" in resultat.stdout


def test_old_python_is_refused(capsys):
    assert "3.9 est trop ancien" in refus(capsys, installer.verifier_python, (3, 9))
    installer.verifier_python((3, 11))


def test_taken_port_is_told_with_a_free_neighbour(capsys):
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]
        assert f"PORT={port + 1}" in refus(capsys, installer.verifier_port, port)
    installer.verifier_port(port)


def test_taken_port_stops_make_run_before_any_work():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]
        resultat = subprocess.run(  # noqa: S603
            [sys.executable, str(SCRIPT), "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert resultat.returncode == 1
    assert resultat.stdout == ""
    assert resultat.stderr.strip().startswith(f"✗ Le port {port} est déjà pris")


@pytest.mark.parametrize("valeur", ["0", "65536", "http", "-1", ""])
def test_port_that_is_no_port_is_refused(capsys, valeur):
    assert "n’est pas un numéro de port" in refus(capsys, installer.lire_port, valeur)


def test_missing_library_is_installed_with_apt_when_root(monkeypatch, commandes, tmp_path):
    monkeypatch.setattr(installer, "a_bibliotheque", lambda nom: "pango-1.0" not in nom)
    monkeypatch.setattr(installer, "est_root", lambda: True)
    monkeypatch.setattr(installer.shutil, "which", lambda nom: f"/usr/bin/{nom}")

    installer.verifier_systeme()

    assert commandes == ["apt-get update", "apt-get install -y --no-install-recommends libpango-1.0-0"]


def test_missing_library_gives_the_exact_line_to_others(monkeypatch, capsys):
    monkeypatch.setattr(installer, "a_bibliotheque", lambda nom: False)
    monkeypatch.setattr(installer, "est_root", lambda: False)
    monkeypatch.setattr(installer.shutil, "which", lambda nom: f"/usr/bin/{nom}")

    phrase = refus(capsys, installer.verifier_systeme)

    assert "« sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 »" in phrase


def test_missing_library_without_apt_names_the_packages(monkeypatch, capsys):
    monkeypatch.setattr(installer, "a_bibliotheque", lambda nom: False)
    monkeypatch.setattr(installer.shutil, "which", lambda nom: None)

    assert "l’équivalent des paquets Debian" in refus(capsys, installer.verifier_systeme)


def test_missing_venv_module_is_asked_for_before_the_first_installation(monkeypatch, projet, capsys):
    monkeypatch.setattr(installer, "a_bibliotheque", lambda nom: True)
    monkeypatch.setattr(installer.importlib.util, "find_spec", lambda nom: None)
    monkeypatch.setattr(installer, "est_root", lambda: False)
    monkeypatch.setattr(installer.shutil, "which", lambda nom: f"/usr/bin/{nom}")

    assert f"python3.{sys.version_info[1]}-venv" in refus(capsys, installer.verifier_systeme)


def test_a_library_is_found_or_not():
    assert installer.a_bibliotheque("libc.so.6")
    assert not installer.a_bibliotheque("libabsente.so.1")


def test_failure_of_a_command_is_one_sentence_and_a_log(projet, capsys):
    phrase = refus(capsys, installer.executer, ["sh", "-c", "echo cause; exit 3"], "Remède")

    assert phrase == "✗ Remède (détail dans installation.log)."
    assert (projet / "installation.log").read_text() == "cause\n"


def test_failure_of_the_network_says_so(projet, capsys):
    phrase = refus(capsys, installer.executer, ["sh", "-c", "echo npm ERR ENOTFOUND; exit 1"], "Remède")

    assert phrase.startswith("✗ Le réseau ne répond pas")


def test_command_that_does_not_exist_is_one_sentence(projet, capsys):
    assert "n’a pas pu démarrer" in refus(capsys, installer.executer, ["/nulle/part"], "Remède")


def test_everything_is_installed_once_and_again_only_where_something_changed(projet, commandes):
    (projet / ".venv/bin/python").touch()
    (projet / ".venv/bin/pip").touch()

    def installer_tout():
        commandes.clear()
        installer.creer_venv()
        installer.installer_python(["developpement", "demarrage"])
        installer.installer_npm()
        installer.construire_assets()
        return [commande.split("/")[-1] for commande in commandes]

    premiere = installer_tout()
    assert [c.split()[0] for c in premiere] == ["demarrage.txt", "npm", "npm", "python"]
    assert "--require-hashes" in " ".join(commandes)

    (projet / "node_modules").mkdir()
    (projet / "static/dist").mkdir()
    for nom in ("villes.css", "htmx.min.js", "contours.svg", "texte.woff2"):
        (projet / "static/dist" / nom).touch()
    assert installer_tout() == []

    (projet / "static/scss/socle.scss").write_text("a{}")
    assert len(installer_tout()) == 2

    (projet / "package-lock.json").write_text("{}")
    assert len(installer_tout()) == 3

    (projet / "requirements/demarrage.txt").write_text("django")
    assert len(installer_tout()) == 1


def test_development_tools_stand_for_the_shorter_list(projet, commandes):
    installer.installer_python(["developpement"])
    installer.installer_python(["developpement", "demarrage"])

    assert len(commandes) == 1


def test_virtual_environment_is_made_when_absent(projet, commandes):
    installer.creer_venv()

    assert commandes == [f"{sys.executable} -m venv --clear {projet / '.venv'}"]


def test_browser_named_wrongly_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("CHROMIUM", "/nulle/part")

    assert "CHROMIUM ne désigne pas un programme" in refus(capsys, installer.verifier_navigateur)


def test_whole_installation_in_order(monkeypatch):
    ordre = []
    for nom in ("verifier_systeme", "creer_venv", "installer_npm", "verifier_navigateur"):
        monkeypatch.setattr(installer, nom, lambda nom=nom: ordre.append(nom))
    monkeypatch.setattr(installer, "installer_python", lambda listes: ordre.append(tuple(listes)))
    monkeypatch.setattr(installer, "construire_assets", lambda *, toujours: ordre.append(toujours))

    installer.main([])
    installer.main(["--developpement", "--navigateur", "--assets"])

    debut = ["verifier_systeme", "creer_venv", ("developpement", "demarrage"), "installer_npm", False]
    assert ordre[:5] == debut
    assert ordre[5:] == [
        "verifier_systeme",
        "verifier_navigateur",
        "creer_venv",
        ("developpement",),
        "installer_npm",
        True,
    ]


def test_reserved_port_asks_for_another(monkeypatch, capsys):
    class Prise(socket.socket):
        def bind(self, adresse):
            raise PermissionError

    monkeypatch.setattr(installer.socket, "socket", Prise)

    assert "réservé à l’administrateur" in refus(capsys, installer.verifier_port, 80)


def test_makefile_runs_the_installer_first():
    makefile = Path(installer.RACINE / "Makefile").read_text()

    assert makefile.index('$(INSTALLER) --port "$(PORT)"') < makefile.index("-m villes_internet.demarrage --port")
