"""``make run``, once everything is installed: database, data, web and worker processes, until Ctrl-C."""

import argparse
import fcntl
import hashlib
import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from villes_internet.demarrage.installer import RACINE, dire, echouer, lire_port, verifier_port
from villes_internet.demarrage.postgresql import Grappe
from villes_internet.demarrage.sante import repond
from villes_internet.demarrage.superviseur import Processus, Superviseur

BINAIRES = Path(sys.executable).parent


def verrouiller(donnees: Path) -> int:
    """Hold these data for this launcher alone; the kernel frees the lock however we end."""
    donnees.mkdir(mode=0o700, parents=True, exist_ok=True)
    fichier = os.open(donnees / "verrou", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        echouer("Le site tourne déjà sur ces données : arrêtez-le avec Ctrl-C dans son terminal, puis relancez.")
    return fichier


@contextmanager
def etape(nom: str) -> Iterator[None]:
    debut = time.monotonic()
    yield
    duree = f"{time.monotonic() - debut:.1f}".replace(".", ",")
    dire(f"{nom} ({duree} s)")


def preparer_base() -> None:
    """Migrations, then the registry and the demonstration campaign where the database has none."""
    from django.apps import apps
    from django.core.management import CommandError, call_command, get_commands
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as erreur:
        cause = str(erreur).strip().splitlines()[0]
        echouer(f"Le serveur de DATABASE_URL ne répond pas ({cause}) : vérifiez l’adresse, puis relancez.")
    with etape("Base de données à jour"):
        call_command("migrate", interactive=False, verbosity=0)
    for commande, modele in (
        ("importer_territoires", "territoires.Collectivite"),
        ("peupler_demo", "candidatures.Campagne"),
        ("reindexer_atlaas", "atlaas.MotConnu"),
    ):
        if commande in get_commands() and not apps.get_model(modele)._default_manager.exists():
            dire(f"Première fois : {commande}")
            try:
                call_command(commande)
            except CommandError as erreur:
                echouer(f"La commande {commande} a échoué ({erreur}) : corrigez la cause, puis relancez.")
            if commande == "peupler_demo":
                expedier_sans_bruit()
    connection.close()


def expedier_sans_bruit() -> None:
    """The messages of the demonstration's past go to its mailbox page, not to the terminal."""
    from django.conf import settings

    from villes_internet.socle.courriel import expedier
    from villes_internet.socle.models import Courriel

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    partis = [expedier(pk) for pk in Courriel.objects.en_attente().values_list("pk", flat=True)]
    if partis:
        dire(f"{sum(partis)} messages rangés dans la boîte de la démonstration, /developpement/courriels/")


def rassembler_les_statiques(donnees: Path) -> None:
    """Collect and compress the static files, when one of them has changed."""
    from django.conf import settings
    from django.core.management import call_command

    somme = hashlib.sha256()
    for fichier in sorted((RACINE / "static").rglob("*")):
        etat = fichier.stat()
        somme.update(f"{fichier} {etat.st_size} {etat.st_mtime_ns}\n".encode())
    somme.update((RACINE / "requirements/production.txt").read_bytes())
    temoin = donnees / "statiques.empreinte"
    cible = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if cible.exists() and temoin.exists() and temoin.read_text() == somme.hexdigest():
        return
    with etape("Fichiers statiques rassemblés"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    temoin.write_text(somme.hexdigest())


def commandes(port: int) -> list[Processus]:
    web = [
        "gunicorn",
        "villes_internet.wsgi",
        "--preload",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    ouvrier = [
        "python",
        *("-W", "ignore:::celery.platforms"),  # root was the choice of whoever launched us
        *("-m", "celery"),
        "--app",
        "villes_internet",
        "--quiet",
        "worker",
        "--beat",
        "--concurrency",
        "2",
        "--loglevel",
        "WARNING",
    ]
    return [
        Processus("web", [str(BINAIRES / web[0]), *web[1:], "--log-level", "warning", "--no-control-socket"]),
        Processus(
            "ouvrier",
            [str(BINAIRES / ouvrier[0]), *ouvrier[1:]],
            indispensable=False,
        ),
    ]


def annoncer(port: int) -> None:
    """The address, then who may sign in."""
    from django.conf import settings

    lignes = ["", f"Villes Internet est prêt : http://localhost:{port}/", ""]
    try:
        comptes = importlib.import_module("candidatures.pilotage.demonstration.comptes").COMPTES
    except ImportError:
        comptes = []
    if settings.MODE_DEMONSTRATION and comptes:
        lignes.append("Comptes de démonstration (rôle, courriel, mot de passe) :")
        largeurs = [max(len(str(compte[rang])) for compte in comptes) for rang in (0, 1)]
        lignes += [f"  {role:<{largeurs[0]}}  {courriel:<{largeurs[1]}}  {passe}" for role, courriel, passe in comptes]
        lignes.append("")
    sys.stdout.write("\n".join([*lignes, "Ctrl-C arrête tout ; les données restent.", ""]))
    sys.stdout.flush()


def servir(port: int, donnees: Path, grappe: Grappe | None) -> str | None:
    """Everything after the database: prepare, start, watch. Returns the reason of a failure."""
    import django

    django.setup()
    for dossier in ("messages", "traites", "controle"):  # tasks may be sent as soon as there are data
        (donnees / "celery" / dossier).mkdir(parents=True, exist_ok=True)
    preparer_base()
    rassembler_les_statiques(donnees)
    superviseur = Superviseur(commandes(port), grappe.est_vivante if grappe else lambda: True)
    superviseur.ecouter_les_signaux()
    try:
        superviseur.demarrer()
        motif = superviseur.attendre(lambda: repond(port, "localhost"))
        if motif or superviseur.arret_demande:
            return motif
        annoncer(port)
        return superviseur.veiller()
    finally:
        dire("Arrêt en cours…")
        superviseur.arreter()


def main() -> None:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--port", default="8000")
    port = lire_port(analyse.parse_args().port)
    verifier_port(port)
    donnees = Path(os.environ.get("DONNEES", RACINE / "donnees")).resolve()
    os.environ["DONNEES"] = str(donnees)
    os.environ.setdefault("ADRESSE_PUBLIQUE", f"http://localhost:{port}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "villes_internet.settings")
    verrou = verrouiller(donnees)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the processes are watched, both interrupt alike
    grappe = None
    motif = None
    try:
        if "DATABASE_URL" not in os.environ:
            grappe = Grappe(donnees)
            with etape("PostgreSQL démarré"):
                grappe.demarrer()
            grappe.creer_base("villes_internet")
            os.environ["DATABASE_URL"] = grappe.url("villes_internet")
        motif = servir(port, donnees, grappe)
    except KeyboardInterrupt:
        motif = None
    finally:
        if grappe:
            grappe.arreter()
        os.close(verrou)
    if motif:
        echouer(motif)
    dire("Tout est arrêté.")


if __name__ == "__main__":
    main()
