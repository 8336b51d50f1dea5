"""Who reads a page of a mosaïque: the same five people everywhere, in the same words."""

from collections.abc import Callable

import pytest
from django.test import Client

from mosaique.models import Mosaique
from villes_internet.comptes.models import Utilisateur

Connecte = Callable[[Utilisateur], Client]


class LectureReservee:
    """To be inherited by a class of tests whose ``page`` is parametrized, beside a ``mosaique`` of Bassens."""

    @pytest.mark.parametrize("nom", ["referente", "redactrice", "signataire", "lectrice", "chargee_de_mission"])
    def test_the_people_of_the_collectivite_and_the_association_read(
        self, page: str, nom: str, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        assert connecte(request.getfixturevalue(nom)).get(page).status_code == 200

    @pytest.mark.parametrize("nom", ["voisine", "sans_role", "utilisateur_jure", "presidente_du_jury"])
    def test_a_stranger_finds_nothing(
        self, page: str, nom: str, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        assert connecte(request.getfixturevalue(nom)).get(page).status_code == 404

    def test_an_anonymous_visitor_is_sent_to_sign_in(self, page: str, mosaique: Mosaique, client: Client) -> None:
        assert client.get(page).status_code == 302
