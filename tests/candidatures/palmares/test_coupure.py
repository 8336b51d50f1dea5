"""A real worker is killed in the middle of a batch; another one ends it, with no double and no hole."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from candidatures.palmares import actions
from candidatures.palmares.models import Certificat, LotCertificats
from tests.factories import ground, palmares

pytestmark = pytest.mark.long

NOMBRE = 14
DELAI = 90  # seconds before the test gives up


def _environnement(donnees: Path) -> dict[str, str]:
    """The test's own database, files and message folders (kombu's filesystem transport)."""
    base = connection.settings_dict
    acces = f"{base['USER']}:{base['PASSWORD']}" if base["PASSWORD"] else base["USER"]
    for dossier in ("messages", "traites", "controle"):
        (donnees / "celery" / dossier).mkdir(parents=True)
    return {
        **{cle: valeur for cle, valeur in os.environ.items() if cle != "REDIS_URL"},
        "DATABASE_URL": f"postgresql://{acces}@{base['HOST']}:{base['PORT']}/{base['NAME']}",
        "DONNEES": str(donnees),
        "PYTHONWARNINGS": "default",
    }


def _appeler(tache: str, *arguments: object, env: dict[str, str]) -> None:
    """Send a message as the web process or beat would, from a process of its own."""
    commande = [sys.executable, "-m", "celery", "-A", "villes_internet", "call", f"candidatures.palmares.tasks.{tache}"]
    subprocess.run(  # noqa: S603
        [*commande, "--args", str(list(arguments))], env=env, cwd=settings.BASE_DIR, check=True, capture_output=True
    )


@contextmanager
def _ouvrier(env: dict[str, str], journal: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with two processes, in a group of its own that is always killed at the end."""
    commande = [sys.executable, "-m", "celery", "-A", "villes_internet", "worker", "--concurrency=2", "--pool=prefork"]
    with journal.open("ab") as sortie:
        processus = subprocess.Popen(  # noqa: S603
            commande, env=env, cwd=settings.BASE_DIR, stdout=sortie, stderr=sortie, start_new_session=True
        )
    try:
        yield processus
    finally:
        if processus.poll() is None:
            os.killpg(processus.pid, signal.SIGKILL)
        processus.wait(timeout=10)


def _attendre(condition: Callable[[], bool], journal: Path) -> None:
    fin = time.monotonic() + DELAI
    while not condition():
        if time.monotonic() > fin:
            pytest.fail(f"The batch did not move in time:\n{journal.read_text()[-3000:]}")
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_the_middle_then_started_again_ends_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "ouvrier.log"
    env = _environnement(tmp_path)
    villes = [ground.collectivite(f"Ville {rang:02d}") for rang in range(NOMBRE)]
    monkeypatch.setattr(actions, "NB_CHAINES", 0)  # the messages are sent to the real workers below
    lot = actions.publier_resultats(palmares.archives(2027, *villes), par=None)
    assert lot is not None
    produits = lot.certificats.produits()

    with _ouvrier(env, journal) as premier:
        _appeler("avancer_lot", lot.pk, env=env)
        _attendre(lambda: produits.count() >= 3, journal)
        os.killpg(premier.pid, signal.SIGKILL)
        premier.wait(timeout=10)
    faits = {c.pk: (c.code, c.empreinte) for c in produits.all()}
    assert 3 <= len(faits) < NOMBRE
    lot.refresh_from_db()
    assert lot.fini_le is None

    LotCertificats.objects.filter(pk=lot.pk).update(avance_le=timezone.now() - timedelta(minutes=5))
    with _ouvrier(env, journal):
        _appeler("reprendre_lots", env=env)
        _attendre(lambda: LotCertificats.objects.filter(pk=lot.pk, fini_le__isnull=False).exists(), journal)

    certificats = list(Certificat.objects.order_by("numero"))
    assert [c.numero for c in certificats] == [f"VI-2027-{rang:04d}" for rang in range(1, NOMBRE + 1)]
    assert {c.pk: (c.code, c.empreinte) for c in certificats if c.pk in faits} == faits
    fichiers = sorted((tmp_path / "fichiers" / "certificats").rglob("*.pdf"))
    assert [f.stem for f in fichiers] == [c.numero for c in certificats]
    for certificat, fichier in zip(certificats, fichiers, strict=True):
        assert hashlib.sha256(fichier.read_bytes()).hexdigest() == certificat.empreinte
        assert certificat.contenu["nom"] in PdfReader(fichier).pages[0].extract_text()
