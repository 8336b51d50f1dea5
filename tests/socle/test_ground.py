from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from villes_internet.socle.horloge import a_partir_de, heure_de_la_base
from villes_internet.socle.templatetags.typographie import date_heure, nombre, pluriel
from villes_internet.socle.verdict import INCONNU, OUI, AccesRefuse, exiger, refus


def test_exiger_lets_a_yes_pass() -> None:
    assert exiger(OUI) is None


def test_exiger_answers_404_to_a_stranger_and_403_with_the_reason_to_a_member() -> None:
    with pytest.raises(Http404):
        exiger(INCONNU)
    verdict = refus("La campagne est close.", "/depot/")
    with pytest.raises(AccesRefuse, match="close") as refuse:
        exiger(verdict)
    assert refuse.value.verdict is verdict
    assert isinstance(refuse.value, PermissionDenied)


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [(34969, 0, "34\u202f969"), (Decimal("64.8"), 1, "64,8"), (-1234.5, 1, "-1\u202f234,5"), (None, 0, "–")],
)
def test_nombre_is_written_the_french_way(valeur: float | None, decimales: int, attendu: str) -> None:
    assert nombre(valeur, decimales) == attendu


@pytest.mark.parametrize(("n", "attendu"), [(0, "0\u00a0action"), (1, "1\u00a0action"), (2, "2\u00a0actions")])
def test_pluriel_starts_at_two(n: int, attendu: str) -> None:
    assert pluriel(n, "action,actions") == attendu


def test_date_heure_is_paris_time_with_the_first_of_the_month() -> None:
    assert date_heure(datetime(2027, 7, 1, 15, 5, tzinfo=UTC)) == "1er juillet 2027 à 17\u00a0h\u00a005"
    assert date_heure(None) == "–"


@pytest.mark.django_db
def test_the_database_s_clock_moves_inside_a_transaction() -> None:
    premiere, seconde = heure_de_la_base(), heure_de_la_base()
    assert premiere < seconde
    assert abs(seconde - timezone.now()) < timedelta(minutes=5)


@pytest.mark.django_db
def test_the_clock_can_replay_a_past_day_and_comes_back() -> None:
    jour = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
    with a_partir_de(jour):
        assert jour <= heure_de_la_base() < jour + timedelta(minutes=1)
    assert abs(heure_de_la_base() - timezone.now()) < timedelta(minutes=5)
