from collections.abc import Callable

import pytest

from atlaas import permissions
from atlaas.etats import PUBLICS, EtatAction
from atlaas.models import Action
from tests.factories import atlaas
from villes_internet.socle.verdict import Verdict
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
O, R, I = "oui", "refus", "inconnu"  # noqa: E741  the table below reads better with one letter


def mot(verdict: Verdict) -> str:
    return O if verdict else I if verdict.masque else R


@pytest.mark.parametrize(
    ("nom", "attendus"),
    [
        #                         voir brouillon, voir publiée, créer, modifier publiée, modifier brouillon, modérer
        ("referente", (O, O, O, O, O, R)),
        ("redactrice", (O, O, O, O, O, R)),
        ("signataire", (O, O, R, R, R, R)),
        ("lectrice", (O, O, R, R, R, R)),
        ("chargee_de_mission", (O, O, R, R, R, O)),
        ("administratrice", (O, O, R, R, R, O)),
        ("voisine", (I, O, I, R, I, R)),
        ("utilisateur_jure", (I, O, I, R, I, R)),
    ],
)
def test_who_may_what(
    nom: str, attendus: tuple[str, ...], bassens: Collectivite, request: pytest.FixtureRequest
) -> None:
    personne = request.getfixturevalue(nom)
    brouillon, publiee = atlaas.fiche(bassens, publiee=False), atlaas.fiche(bassens)
    verdicts = (
        permissions.peut_voir_action(personne, brouillon),
        permissions.peut_voir_action(personne, publiee),
        permissions.peut_creer_action(personne, bassens),
        permissions.peut_modifier_action(personne, publiee),
        permissions.peut_modifier_action(personne, brouillon),
        permissions.peut_moderer_action(personne, publiee),
    )
    assert tuple(mot(v) for v in verdicts) == attendus
    assert mot(permissions.peut_voir_fiches(personne, bassens)) == attendus[0]


Regle = Callable[..., Verdict]


@pytest.mark.parametrize(
    ("regle", "depuis"),
    [
        (permissions.peut_publier_action, {EtatAction.BROUILLON, EtatAction.ARCHIVEE}),
        (permissions.peut_reprendre_action, {*PUBLICS}),
        (permissions.peut_archiver_action, {EtatAction.BROUILLON, *PUBLICS}),
    ],
)
def test_the_state_decides_what_the_referente_may_change(
    regle: Regle, depuis: set[str], bassens: Collectivite, request: pytest.FixtureRequest
) -> None:
    referente, voisine = request.getfixturevalue("referente"), request.getfixturevalue("voisine")
    action = atlaas.fiche(bassens)
    for etat in EtatAction:
        action.etat = etat
        assert bool(regle(referente, action)) is (etat in depuis)
        assert mot(regle(voisine, action)) == (R if etat in PUBLICS else I)


def test_an_archive_is_published_again_before_it_changes(bassens: Collectivite, request: pytest.FixtureRequest) -> None:
    action = atlaas.fiche(bassens)
    action.etat = EtatAction.ARCHIVEE
    verdict = permissions.peut_modifier_action(request.getfixturevalue("referente"), action)
    assert "archivée" in verdict.motif


def test_a_stranger_may_not_moderate_what_is_hidden(bassens: Collectivite, request: pytest.FixtureRequest) -> None:
    brouillon: Action = atlaas.fiche(bassens, publiee=False)
    assert permissions.peut_moderer_action(request.getfixturevalue("voisine"), brouillon).masque
