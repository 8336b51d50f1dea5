"""Outside demonstration mode, no national role without a second factor; the panel is entered by the site's own door."""

from collections.abc import Callable

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Courriel

Connecte = Callable[[Utilisateur], Client]
ACTIVER = "/compte/2fa/totp/activate/"


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def production(settings: Settings) -> None:
    settings.MODE_DEMONSTRATION = False


@pytest.fixture(
    params=["utilisateur_jure", "presidente_du_jury", "chargee_de_mission", "administratrice", "membre_du_comite"]
)
def national(request: pytest.FixtureRequest) -> Utilisateur:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("url", ["/admin/", "/compte/profil/", "/compte/rattachement/"])
def test_a_national_role_is_sent_to_activate_it(
    url: str, national: Utilisateur, connecte: Connecte, production: None
) -> None:
    assert connecte(national).get(url)["Location"] == ACTIVER


def test_the_reason_is_said(national: Utilisateur, production: None, client: Client) -> None:
    client.post("/compte/login/", {"login": national.email, "password": ground.MOT_DE_PASSE})
    assert "activez la double authentification" in client.get("/compte/profil/", follow=True).text


def test_public_pages_stay_open(national: Utilisateur, connecte: Connecte, production: None) -> None:
    assert connecte(national).get("/collectivites/").status_code == 200


def test_an_agent_is_free_not_to(referente: Utilisateur, connecte: Connecte, production: None) -> None:
    assert connecte(referente).get("/compte/profil/").status_code == 200


def test_the_demonstration_forces_nothing(national: Utilisateur, connecte: Connecte) -> None:
    assert connecte(national).get("/compte/profil/").status_code == 200


def test_activating_it_opens_the_panel_and_it_cannot_be_dropped(
    administratrice: Utilisateur,
    client: Client,
    production: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client.post("/compte/login/", {"login": administratrice.email, "password": ground.MOT_DE_PASSE})
    client.post("/compte/reauthenticate/", {"password": ground.MOT_DE_PASSE})
    page = client.get(ACTIVER)
    secret = page.context["form"].secret
    assert "pas le bon" in client.post(ACTIVER, {"code": "000000"}).text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ACTIVER, {"code": code(secret)})
    facteur = Authenticator.objects.get(user=administratrice, type=Authenticator.Type.TOTP)
    assert secret not in str(facteur.data), "the secret is never in clear in the database"
    assert client.get("/compte/profil/").status_code == 200
    assert "Double authentification activée" in {c.sujet for c in Courriel.objects.all()}
    client.post("/compte/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(pk=facteur.pk).exists()
    assert not get_adapter().can_delete_authenticator(facteur)


def test_the_password_alone_no_longer_opens(sans_role: Utilisateur, client: Client) -> None:
    secret = generate_totp_secret()
    TOTP.activate(sans_role, secret)
    reponse = client.post("/compte/login/", {"login": sans_role.email, "password": ground.MOT_DE_PASSE})
    assert reponse["Location"].startswith("/compte/2fa/authenticate/")
    assert client.get("/compte/profil/").status_code == 302
    client.post("/compte/2fa/authenticate/", {"code": code(secret)})
    assert client.get("/compte/profil/").status_code == 200


def test_the_panel_is_entered_by_the_sites_own_door(client: Client, db: None) -> None:
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/compte/login/?next=%2Fadmin%2F"


def test_an_agent_has_no_panel(referente: Utilisateur, connecte: Connecte) -> None:
    reponse = connecte(referente).get("/admin/", follow=True)
    assert reponse.status_code == 403
    assert "réservée au jury et à l’association" in reponse.text
