import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("adresse", ["/collectivites/%00/", "/integrer/collectivites/a%00b/", "/api/v1/fiches/%00"])
def test_a_nul_in_an_address_names_no_page(adresse: str, client: Client) -> None:
    assert client.get(adresse).status_code == 404
