"""Processes that live and die together."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from villes_internet.demarrage import superviseur
from villes_internet.demarrage.superviseur import Processus, Superviseur

DORMIR = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
SOURD = [sys.executable, "-S", "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
MOURIR = [sys.executable, "-S", "-c", "pass"]


@pytest.fixture
def veilleur():
    crees = []

    def creer(*processus, base=lambda: True):
        crees.append(Superviseur(list(processus), base))
        crees[-1].demarrer()
        return crees[-1]

    anciens = {numero: signal.getsignal(numero) for numero in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield creer
    for cree in crees:
        cree.arreter()
    for numero, ancien in anciens.items():
        signal.signal(numero, ancien)


def test_a_signal_ends_the_watch_and_nothing_is_left(veilleur):
    surveille = veilleur(Processus("web", DORMIR), Processus("ouvrier", DORMIR, indispensable=False))
    surveille.ecouter_les_signaux()
    pids = [processus.popen.pid for processus in surveille.processus]
    os.kill(os.getpid(), signal.SIGTERM)

    assert surveille.veiller() is None
    assert surveille.attendre(lambda: False) is None
    surveille.arreter()

    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


def test_a_dead_worker_is_started_again(veilleur, capsys):
    ouvrier = Processus("ouvrier", DORMIR, indispensable=False)
    surveille = veilleur(ouvrier)
    premier = ouvrier.popen.pid
    ouvrier.popen.kill()
    ouvrier.popen.wait()

    assert surveille.incident() is None
    assert ouvrier.est_vivant()
    assert ouvrier.popen.pid != premier
    assert "« ouvrier » s’était arrêté, il est relancé" in capsys.readouterr().out


def test_a_worker_that_dies_again_and_again_stops_everything(veilleur):
    surveille = veilleur(Processus("ouvrier", MOURIR, indispensable=False))

    assert "s’arrête sans cesse" in surveille.veiller()


def test_the_end_of_the_web_process_is_the_end(veilleur):
    surveille = veilleur(Processus("web", MOURIR))

    assert "« web » s’est arrêté" in surveille.attendre(lambda: False)


def test_the_end_of_the_database_is_the_end(veilleur):
    surveille = veilleur(Processus("web", DORMIR), base=lambda: False)

    assert "PostgreSQL s’est arrêté" in surveille.veiller()


def test_a_site_that_never_answers_is_told(veilleur):
    surveille = veilleur(Processus("web", DORMIR))

    assert "ne répond pas" in surveille.attendre(lambda: False, delai=0.3)
    assert surveille.attendre(lambda: True) is None


def test_a_deaf_process_is_killed_with_its_group(veilleur):
    processus = Processus("sourd", SOURD)
    veilleur(processus)
    time.sleep(0.5)

    processus.arreter(delai=0.2)

    assert processus.popen.returncode == -signal.SIGKILL


def test_stopping_what_never_started_is_nothing():
    processus = Processus("web", DORMIR)
    processus.arreter()

    assert not processus.est_vivant()
    assert superviseur.TICTAC < 1
