"""Lists of people stand in the French alphabetical order of their family names."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from candidatures.dossiers.queries.espace import equipe_de
from tests.factories import ground
from villes_internet.comptes import queries
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
NOMS = ["Zola", "Évrard", "Œhmichen", "D’Alès", "Étienne", "Ober"]
DANS_L_ORDRE = ["D’Alès", "Étienne", "Évrard", "Ober", "Œhmichen", "Zola"]


@pytest.fixture
def equipe(bassens: Collectivite) -> list[Utilisateur]:
    personnes = []
    for rang, nom in enumerate(NOMS):
        personne = ground.utilisateur(email=f"p{rang}@example.org")
        Utilisateur.objects.filter(pk=personne.pk).update(last_name=nom)
        personnes.append(ground.habiliter(personne, Role.LECTEUR, bassens))
    return personnes


def test_a_team_is_in_the_french_order(equipe: list[Utilisateur], bassens: Collectivite) -> None:
    membres = queries.equipe(bassens, timezone.now()).membres
    assert [h.utilisateur.last_name for h in membres] == DANS_L_ORDRE
    assert [h.utilisateur.last_name for h in equipe_de(bassens)] == DANS_L_ORDRE


def test_namesakes_stand_by_their_first_names(bassens: Collectivite) -> None:
    for rang, prenom in enumerate(("Zoé", "Éva", "Fanny")):
        ground.habiliter(ground.utilisateur(prenom, f"p{rang}@example.org"), Role.LECTEUR, bassens)
    membres = queries.equipe(bassens, timezone.now()).membres
    assert [h.utilisateur.first_name for h in membres] == ["Éva", "Fanny", "Zoé"]


@pytest.mark.parametrize(("sens", "attendus"), [("", DANS_L_ORDRE), ("-", DANS_L_ORDRE[::-1])])
def test_the_register_of_people_is_in_the_french_order(
    equipe: list[Utilisateur],
    chargee_de_mission: Utilisateur,
    connecte: Callable[[Utilisateur], Client],
    sens: str,
    attendus: list[str],
) -> None:
    client = connecte(chargee_de_mission)
    colonne = client.get("/admin/comptes/utilisateur/").context["cl"].list_display.index("nom")
    reponse = client.get("/admin/comptes/utilisateur/", {"o": f"{sens}{colonne}"})
    vus = [u.last_name for u in reponse.context["cl"].result_list]
    assert [nom for nom in vus if nom in attendus] == attendus
