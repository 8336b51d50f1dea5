"""Two people on one enjeu see each other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mosaique.models import Mosaique, Presence
from mosaique.partage import actions
from tests.factories import ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
PRESENCE = "/mosaique/33032/2027/A1/presence/"


def test_each_sees_the_other_and_not_oneself(
    mosaique: Mosaique, referente: Utilisateur, redactrice: Utilisateur, connecte: Connecte
) -> None:
    assert connecte(referente).post(PRESENCE, {"connus": ""}).status_code == 204
    page = connecte(redactrice).post(PRESENCE, {"connus": ""}).content.decode()
    assert f"{referente} est sur cette page depuis" in page
    assert str(redactrice) not in page
    assert connecte(redactrice).post(PRESENCE, {"connus": str(referente.pk)}).status_code == 204


def test_who_is_silent_for_45_seconds_has_left(
    mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur, redactrice: Utilisateur
) -> None:
    debut = timezone.now()
    actions.annoncer(mosaique, enjeu, referente, debut)
    encore = actions.annoncer(mosaique, enjeu, redactrice, debut + timedelta(seconds=45))
    assert [presence.utilisateur for presence in encore] == [referente]
    assert actions.annoncer(mosaique, enjeu, redactrice, debut + timedelta(seconds=46)) == []
    actions.annoncer(mosaique, enjeu, referente, debut + timedelta(seconds=60))
    assert Presence.objects.get(utilisateur=referente).depuis == debut + timedelta(seconds=60)


def test_staying_keeps_the_hour_of_arrival(mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur) -> None:
    debut = timezone.now()
    for secondes in (0, 15, 30, 45, 60):
        actions.annoncer(mosaique, enjeu, referente, debut + timedelta(seconds=secondes))
    assert Presence.objects.get().depuis == debut


@pytest.mark.parametrize(
    ("nom", "statut"), [("lectrice", 204), ("chargee_de_mission", 204), ("voisine", 404), ("sans_role", 404)]
)
def test_only_who_may_read_is_there(
    nom: str, statut: int, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(PRESENCE).status_code == statut
    assert Presence.objects.count() == (statut == 204)


def test_reading_announces_nothing_and_an_unknown_enjeu_is_not_found(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    client.get("/mosaique/33032/2027/A1/")
    assert not Presence.objects.exists()
    assert client.get(PRESENCE).status_code == 405
    assert client.post("/mosaique/33032/2027/Z9/presence/").status_code == 404


@pytest.mark.parametrize("nb", [1, 3])
def test_the_announce_costs_the_same_for_one_or_three(
    nb: int,
    mosaique: Mosaique,
    enjeu: EnjeuLu,
    bassens: Collectivite,
    referente: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for prenom in ("Ana", "Bo", "Cy")[:nb]:
        personne = ground.habiliter(ground.utilisateur(prenom), Role.LECTEUR, bassens)
        actions.annoncer(mosaique, enjeu, personne, timezone.now())
    client = connecte(referente)
    client.post(PRESENCE)
    with django_assert_max_num_queries(9):  # session, person, roles, mosaïque, savepoint, purge, write, read, release
        client.post(PRESENCE)
