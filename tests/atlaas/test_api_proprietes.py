"""Whatever a program sends, within the description or out of it: an answer that the description tells, never a 500."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from atlaas.api.actions import creer_jeton
from atlaas.api.application import description
from atlaas.api.views import ecriture, lecture
from atlaas.models import Action, Portee
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
OPERATIONS = [(chemin, methode) for chemin, lues in description()["paths"].items() for methode in lues]


@pytest.fixture
def _connexion_gardee() -> Iterator[None]:
    """A request served here must not close the connection that holds the test's transaction."""
    signaux = (request_started, request_finished)
    for signal in signaux:
        signal.disconnect(close_old_connections)
    yield
    for signal in signaux:
        signal.connect(close_old_connections)


@pytest.fixture
def entetes(bassens: Collectivite, referente: Utilisateur, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A world with a fiche or two, no rate limit, and the token of its town."""
    atlaas.fiche(bassens)
    atlaas.fiche(bassens, publiee=False)
    ground.version_publiee()
    for module in (lecture, ecriture):
        monkeypatch.setattr(module.LIMITE, "num_requests", 10_000)
    _, secret = creer_jeton(bassens, nom="Essais", portees=Portee.values, jours=1, par=referente)
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@pytest.mark.usefixtures("_connexion_gardee")
@pytest.mark.parametrize(("chemin", "methode"), OPERATIONS, ids=[f"{m} {c}" for c, m in OPERATIONS])
def test_no_request_breaks_it(chemin: str, methode: str, entetes: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_dict(description())
    schema.app = get_wsgi_application()
    operation = schema[chemin][methode.upper()]
    fiche = Action.objects.order_by("pk")[0]

    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cas=operation.as_strategy(), sien=st.booleans())
    def essayer(cas: Any, sien: bool) -> None:
        if sien and "pk" in (cas.path_parameters or {}):
            cas.path_parameters["pk"] = fiche.pk
        reponse = cas.call(headers=entetes)
        cas.validate_response(reponse, checks=[not_a_server_error, response_schema_conformance])

    essayer()
