"""Install everything a fresh clone needs; runs with the system's Python and its standard library alone.

Each step leaves the digest of its input under ``.venv/etapes`` and is skipped while that input has not changed.
Every failure is one French sentence with its remedy.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

RACINE = Path(__file__).resolve().parents[2]
VENV = RACINE / ".venv"
PYTHON_MINIMAL = (3, 11)
BIBLIOTHEQUES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SANS_RESEAU = (
    "Temporary failure in name resolution",
    "Failed to establish a new connection",
    "NameResolutionError",
    "NewConnectionError",
    "ProxyError",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "ENETUNREACH",
    "Could not resolve",
    "Temporary failure resolving",
)


def echouer(phrase: str) -> NoReturn:
    """Stop with one sentence, on the error output, and a non-zero exit code."""
    sys.stderr.write(f"\n✗ {phrase}\n")
    raise SystemExit(1)


def dire(phrase: str) -> None:
    sys.stdout.write(f"• {phrase}\n")
    sys.stdout.flush()


def verifier_python(version: tuple[int, int] = (sys.version_info[0], sys.version_info[1])) -> None:
    if version < PYTHON_MINIMAL:
        echouer(
            f"Python {version[0]}.{version[1]} est trop ancien : installez Python 3.11 ou plus récent, "
            "puis lancez « make run PYTHON=python3.11 »."
        )


def verifier_port(port: int) -> None:
    """A port already taken is told before any work is done."""
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port))
        except PermissionError:
            echouer(f"Le port {port} est réservé à l’administrateur : choisissez-en un autre, « make run PORT=8000 ».")
        except (OSError, OverflowError):
            echouer(
                f"Le port {port} est déjà pris : arrêtez le programme qui l’occupe, "
                f"ou choisissez-en un autre, « make run PORT={port + 1} »."
            )


def lire_port(valeur: str) -> int:
    if not valeur.isdecimal() or not 0 < int(valeur) < 65536:
        echouer(f"PORT={valeur} n’est pas un numéro de port : donnez un nombre de 1 à 65535, « make run PORT=8000 ».")
    return int(valeur)


def empreinte(fichiers: Iterable[Path]) -> str:
    """Digest of the names and contents of files."""
    somme = hashlib.sha256()
    for fichier in sorted(fichiers):
        somme.update(str(fichier.relative_to(RACINE)).encode())
        somme.update(fichier.read_bytes())
    return somme.hexdigest()


def marque(nom: str) -> Path:
    return VENV / "etapes" / nom


def est_faite(nom: str, somme: str) -> bool:
    return marque(nom).is_file() and marque(nom).read_text() == somme


def marquer(nom: str, somme: str) -> None:
    marque(nom).parent.mkdir(exist_ok=True)
    marque(nom).write_text(somme)


def executer(commande: list[str], remede: str) -> None:
    """Run a command quietly; on failure keep what it said in a log and stop with the remedy."""
    environnement = dict(os.environ, PATH=f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    environnement.pop("PYTHONHOME", None)
    try:
        resultat = subprocess.run(
            commande,
            cwd=RACINE,
            env=environnement,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as erreur:
        echouer(f"{remede} (la commande « {commande[0]} » n’a pas pu démarrer : {erreur.strerror}).")
    if resultat.returncode:
        if any(indice in resultat.stdout for indice in SANS_RESEAU):
            echouer(
                "Le réseau ne répond pas : vérifiez la connexion à Internet (ou le proxy), puis relancez la commande."
            )
        journal = RACINE / "installation.log"
        journal.write_text(resultat.stdout)
        echouer(f"{remede} (détail dans {journal.name}).")


def est_root() -> bool:
    return os.geteuid() == 0


def installer_paquets(paquets: list[str], raison: str) -> None:
    """Install Debian packages when root; else say the exact line to type."""
    ligne = f"apt-get install -y {' '.join(paquets)}"
    if not shutil.which("apt-get"):
        echouer(f"{raison} : installez l’équivalent des paquets Debian {' '.join(paquets)}, puis relancez la commande.")
    if not est_root():
        echouer(f"{raison} : tapez « sudo {ligne} », puis relancez la commande.")
    dire(f"Paquets du système : {' '.join(paquets)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    executer(
        ["apt-get", "update"],
        "La liste des paquets n’a pas pu être lue : tapez « apt-get update » pour savoir pourquoi",
    )
    executer(
        ["apt-get", "install", "-y", "--no-install-recommends", *paquets],
        f"Les paquets n’ont pas pu être installés : tapez « {ligne} » pour savoir pourquoi",
    )


def a_bibliotheque(nom: str) -> bool:
    try:
        ctypes.CDLL(nom)
    except OSError:
        return False
    return True


def verifier_systeme() -> None:
    """What no package of Python brings: the venv module, which Debian sets apart, and the libraries of WeasyPrint."""
    paquets = [paquet for nom, paquet in BIBLIOTHEQUES.items() if not a_bibliotheque(nom)]
    if not (VENV / "bin/python").exists() and importlib.util.find_spec("ensurepip") is None:
        paquets.append(f"python3.{sys.version_info[1]}-venv")
    if paquets:
        installer_paquets(paquets, "Il manque des paquets du système")


def trouver_navigateur() -> str | None:
    """Path of Chromium: CHROMIUM= first, then the usual names."""
    choisi = os.environ.get("CHROMIUM")
    if choisi:
        return choisi if os.access(choisi, os.X_OK) and Path(choisi).is_file() else None
    return next((chemin for nom in NAVIGATEURS if (chemin := shutil.which(nom))), None)


def verifier_navigateur() -> None:
    if os.environ.get("CHROMIUM") and not trouver_navigateur():
        echouer("CHROMIUM ne désigne pas un programme : essayez « make test CHROMIUM=/usr/bin/chromium ».")
    if not trouver_navigateur():
        installer_paquets(["chromium"], "Les parcours demandent un Chromium (ou CHROMIUM=/son/chemin)")


def creer_venv() -> None:
    if (VENV / "bin/python").exists() and (VENV / "bin/pip").exists():
        return
    dire("Environnement Python : .venv")
    executer(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        "L’environnement Python n’a pas pu être créé : vérifiez la place et les droits dans ce dossier",
    )


def installer_python(listes: list[str]) -> None:
    """Install the last of these lock files, unless it or a wider one, named before it, is installed."""
    sommes = {liste: empreinte([RACINE / f"requirements/{liste}.txt"]) for liste in listes}
    if any(est_faite(f"pip-{liste}", somme) for liste, somme in sommes.items()):
        return
    voulue = listes[-1]
    dire("Bibliothèques Python (une minute ou deux la première fois)")
    executer(
        [
            *(str(VENV / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "--requirement", f"requirements/{voulue}.txt"),
        ],
        "Les bibliothèques Python n’ont pas pu être installées : relancez la commande",
    )
    marquer(f"pip-{voulue}", sommes[voulue])


def installer_npm() -> None:
    somme = empreinte([RACINE / "package.json", RACINE / "package-lock.json"])
    if est_faite("npm", somme) and (RACINE / "node_modules").is_dir():
        return
    dire("Paquets de l’interface et registre des communes")
    executer(
        [str(VENV / "bin/npm"), "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"],
        "Les paquets de l’interface n’ont pas pu être installés : relancez la commande",
    )
    marquer("npm", somme)


def construire_assets(*, toujours: bool = False) -> None:
    styles = [*(RACINE / "static/scss").rglob("*.scss"), *(RACINE / "static/css").rglob("*.css")]
    sources = [*styles, *(RACINE / f"villes_internet/demarrage/{nom}.py" for nom in ("assets", "contours"))]
    somme = empreinte([*sources, RACINE / "package.json", RACINE / "package-lock.json"])
    sorties = {sortie.suffix for sortie in (RACINE / "static/dist").glob("*")}
    if not toujours and est_faite("assets", somme) and {".css", ".js", ".svg", ".woff2"} <= sorties:
        return
    dire("Feuille de style, polices et contours de la carte")
    remede = "Le style, les polices ou la carte n’ont pas pu être construits : tapez « make assets » pour relancer"
    executer([str(VENV / "bin/npm"), "run", "--silent", "css"], remede)
    executer([str(VENV / "bin/python"), "-m", "villes_internet.demarrage.assets"], remede)
    marquer("assets", somme)


def main(arguments: list[str] | None = None) -> None:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--developpement", action="store_true", help="install the tools of lint and tests too")
    analyse.add_argument("--navigateur", action="store_true", help="make sure that a browser exists")
    analyse.add_argument("--assets", action="store_true", help="build the assets even if nothing changed")
    analyse.add_argument("--port", help="check first that this port is free")
    choix = analyse.parse_args(arguments)
    verifier_python()
    if choix.port is not None:
        verifier_port(lire_port(choix.port))
    verifier_systeme()
    if choix.navigateur:
        verifier_navigateur()
    creer_venv()
    installer_python(["developpement"] if choix.developpement else ["developpement", "demarrage"])
    installer_npm()
    construire_assets(toujours=choix.assets)


if __name__ == "__main__":
    main()
