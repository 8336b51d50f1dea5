"""The command in processes of its own: shared between two, killed in the middle, started again."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from multiprocessing.process import BaseProcess

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from mosaique.management.commands.recalculer_mosaiques import travailler
from mosaique.models import Mosaique, Recalcul
from mosaique.recalcul.actions import demander, restantes
from tests.factories import atlaas, ground
from tests.factories import mosaique as fabrique

pytestmark = pytest.mark.django_db(transaction=True)
NB, BLOC = 6, 2
ACCES = ("dbname", "user", "password", "host", "port")


@pytest.fixture
def monde() -> list[Mosaique]:
    mosaiques = [fabrique.mosaique(ground.collectivite(f"Ville {n}")) for n in range(NB)]
    for mosaique in mosaiques:
        atlaas.fiche(mosaique.collectivite, "A1.1")
    return mosaiques


def lancer() -> BaseProcess:
    """One worker of the command, in a process of its own."""
    connections.close_all()
    processus = multiprocessing.get_context("fork").Process(target=travailler, args=(demander(2027), BLOC))
    connections.close_all()
    processus.start()
    return processus


def fini(processus: BaseProcess) -> bool:
    processus.join()
    return processus.exitcode == 0


@contextmanager
def reponse_tenue(mosaique: Mosaique) -> Iterator[None]:
    """Somebody else holds an answer of the mosaïque: whoever comes to write it waits."""
    reglages = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**{cle: reglages[cle] for cle in ACCES if cle in reglages}) as autre:
        autre.execute("SELECT 1 FROM mosaique_reponseenjeu WHERE mosaique_id = %s FOR UPDATE", [mosaique.pk])
        yield
        autre.rollback()


def attendre(condition: Callable[[], bool], secondes: float = 60) -> None:
    limite = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < limite
        time.sleep(0.05)


def attend_un_verrou() -> bool:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(curseur.fetchone()[0])


def calculees() -> dict[int, object]:
    return dict(Mosaique.objects.values_list("pk", "calculee_le"))


def nb_actions() -> list[int]:
    return [m.reponses.get(enjeu__code="A1").nb_actions for m in Mosaique.objects.order_by("pk")]


def test_killed_in_the_middle_of_a_block_it_is_taken_up_without_hole_or_double(
    monde: list[Mosaique], capsys: pytest.CaptureFixture[str]
) -> None:
    avant = calculees()
    with reponse_tenue(monde[BLOC]):
        tuee = lancer()
        attendre(attend_un_verrou)
        tuee.kill()
        assert not fini(tuee)
    recalcul = Recalcul.objects.en_cours().get()
    au_milieu = calculees()
    faites = [m.pk for m in monde if au_milieu[m.pk] != avant[m.pk]]
    assert faites == [m.pk for m in monde[:BLOC]]
    assert nb_actions() == [1] * BLOC + [0] * (NB - BLOC)
    call_command("recalculer_mosaiques", processus=2, bloc=BLOC)
    assert "4 à recalculer" in capsys.readouterr().out
    assert nb_actions() == [1] * NB
    assert all(calculees()[pk] == au_milieu[pk] for pk in faites)
    assert not restantes(recalcul).exists()
    assert not Recalcul.objects.en_cours().exists()


def test_two_runs_at_once_share_the_batch_and_wait_for_what_another_holds(monde: list[Mosaique]) -> None:
    with reponse_tenue(monde[0]):
        premiere = lancer()
        attendre(attend_un_verrou)
        seconde = lancer()
        attendre(lambda: restantes(demander(2027)).count() == BLOC)
    assert fini(premiere)
    assert fini(seconde)
    assert nb_actions() == [1] * NB
    assert Recalcul.objects.count() == 1
    assert Recalcul.objects.get().fini_le


def test_the_command_takes_the_years_to_come_by_itself(monde: list[Mosaique]) -> None:
    Mosaique.objects.update(date_reference=timezone.localdate())
    Mosaique.objects.filter(pk=monde[0].pk).update(millesime=2020, date_reference=date(2020, 3, 31))
    call_command("recalculer_mosaiques", processus=1, bloc=10)
    assert nb_actions() == [0] + [1] * (NB - 1)
