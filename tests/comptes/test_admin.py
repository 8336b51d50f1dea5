"""The panel's pages of accounts: open by role, deciding by POST, nothing edited in place."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes import actions
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import roles_de, roles_nationaux
from villes_internet.territoires.models import Collectivite

Connecte = Callable[[Utilisateur], Client]
LISTES = ["habilitation", "invitation", "utilisateur"]


@pytest.fixture
def demande(bassens: Collectivite) -> Habilitation:
    return Habilitation.objects.create(
        utilisateur=ground.utilisateur("Camille", "camille@ville-bassens.fr"),
        collectivite=bassens,
        role=Role.REFERENT,
        site="https://www.ville-bassens.fr",
    )


def page(habilitation: Habilitation) -> str:
    return f"/admin/comptes/habilitation/{habilitation.pk}/change/"


@pytest.mark.parametrize("liste", LISTES)
@pytest.mark.parametrize(
    ("persona", "statut"),
    [("chargee_de_mission", 200), ("administratrice", 200), ("utilisateur_jure", 403), ("presidente_du_jury", 403)],
)
def test_the_association_alone_sees_accounts(
    liste: str, persona: str, statut: int, request: pytest.FixtureRequest, connecte: Connecte
) -> None:
    client = connecte(request.getfixturevalue(persona))
    assert client.get(f"/admin/comptes/{liste}/").status_code == statut
    assert ("Demandes et rôles" in client.get("/admin/").text) == (statut == 200)


def test_a_juror_decides_nothing(demande: Habilitation, utilisateur_jure: Utilisateur, connecte: Connecte) -> None:
    client = connecte(utilisateur_jure)
    assert client.get(page(demande)).status_code == 403
    assert client.post(page(demande), {"decision": "accepter"}).status_code == 403


@pytest.mark.parametrize("liste", LISTES)
@pytest.mark.parametrize("n", [1, 3])
def test_lists_cost_the_same_at_any_size(
    liste: str, n: int, chargee_de_mission: Utilisateur, referente: Utilisateur, connecte: Connecte,
    django_assert_max_num_queries,
) -> None:  # fmt: skip
    for i in range(n):
        une = ground.collectivite()
        ground.habiliter(ground.utilisateur(), Role.REFERENT, une)
        actions.inviter(f"x{i}@v.fr", role=Role.LECTEUR, collectivite=une, par=referente, a=timezone.now())
    client = connecte(chargee_de_mission)
    with django_assert_max_num_queries(9):
        client.get(f"/admin/comptes/{liste}/")


def test_the_list_tells_who_must_answer(
    demande: Habilitation, bram: Collectivite, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(chargee_de_mission)
    assert "Camille Martin, pour Bassens" in client.get("/admin/").text
    assert "1 habilitation" in client.get("/admin/comptes/habilitation/?decide=association").text
    ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, demande.collectivite)
    assert "0 habilitation" in client.get("/admin/comptes/habilitation/?decide=association").text
    assert "1 habilitation" in client.get("/admin/comptes/habilitation/?decide=referent").text
    assert "Aucune demande n’attend" in client.get("/admin/").text


def test_the_decision_screen_helps_to_judge(
    demande: Habilitation, lectrice: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte,
    django_assert_max_num_queries,
) -> None:  # fmt: skip
    client = connecte(chargee_de_mission)
    with django_assert_max_num_queries(9):
        texte = client.get(page(demande)).text
    assert "Même domaine" in texte
    assert "https://www.ville-bassens.fr" in texte
    assert str(lectrice) in texte
    assert "Accepter la demande" in texte


def test_accepting_then_ending(
    demande: Habilitation, bassens: Collectivite, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(chargee_de_mission)
    texte = client.post(page(demande), {"decision": "accepter", "role": "referent"}, follow=True).text
    assert "fait maintenant partie de l’équipe" in texte
    assert "dernier référent label" in texte
    assert roles_de(demande.utilisateur, bassens) == {Role.REFERENT}
    texte = client.post(page(demande), {"decision": "accepter"}, follow=True).text
    assert "a déjà répondu" in texte
    assert client.post(page(demande), {"decision": "revoquer"}).status_code == 403
    ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    assert "a pris fin" in client.post(page(demande), {"decision": "revoquer"}, follow=True).text


def test_refusing_needs_its_motive(demande: Habilitation, chargee_de_mission: Utilisateur, connecte: Connecte) -> None:
    client = connecte(chargee_de_mission)
    assert "Un motif est nécessaire" in client.post(page(demande), {"decision": "refuser"}, follow=True).text
    texte = client.post(page(demande), {"decision": "refuser", "motif": "Autre commune"}, follow=True).text
    assert "motif : « Autre commune »" in texte


def test_an_administrateur_names_and_a_chargee_de_mission_does_not(
    sans_role: Utilisateur, administratrice: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    url, donnees = "/admin/comptes/habilitation/add/", {"courriel": sans_role.email, "role": "jure"}
    assert connecte(chargee_de_mission).post(url, donnees).status_code == 403
    client = connecte(administratrice)
    assert "Nommer au jury" in client.get(url).text
    assert client.post(url, donnees).status_code == 302
    sans_role.refresh_from_db()
    assert roles_nationaux(sans_role) == {Role.JURE}
    assert sans_role.is_staff
    assert "a déjà ce rôle" in client.post(url, donnees).text
    assert "Aucun compte à cette adresse" in client.post(url, {**donnees, "courriel": "x@y.fr"}).text


def test_national_roles_are_ended_by_an_administrateur(
    utilisateur_jure: Utilisateur, administratrice: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    url = page(utilisateur_jure.habilitations.get())
    assert connecte(chargee_de_mission).post(url, {"decision": "revoquer"}).status_code == 403
    assert "a pris fin" in connecte(administratrice).post(url, {"decision": "revoquer"}, follow=True).text
    assert connecte(utilisateur_jure).get("/admin/", follow=True).status_code == 403


def test_inviting_to_the_jury_and_cancelling(administratrice: Utilisateur, connecte: Connecte) -> None:
    client = connecte(administratrice)
    url = "/admin/comptes/invitation/"
    assert client.post(f"{url}add/", {"courriel": "j@x.fr", "role": "jure"}).status_code == 302
    une = Invitation.objects.get()
    assert (une.role, une.collectivite) == (Role.JURE, None)
    choix = {"action": "annuler", "_selected_action": [une.pk]}
    assert "est annulée" in client.post(url, choix, follow=True).text
    Invitation.objects.update(acceptee_le=timezone.now())
    assert "vient d’être acceptée" in client.post(url, choix, follow=True).text


def test_an_invitation_already_useless_is_refused(
    administratrice: Utilisateur, utilisateur_jure: Utilisateur, connecte: Connecte
) -> None:
    reponse = connecte(administratrice).post(
        "/admin/comptes/invitation/add/", {"courriel": utilisateur_jure.email, "role": "jure"}
    )
    assert reponse.status_code == 200
    assert "déjà ce rôle" in reponse.text


def test_no_one_edits_an_account_nor_sees_a_password(
    lectrice: Utilisateur, administratrice: Utilisateur, connecte: Connecte
) -> None:
    url = f"/admin/comptes/utilisateur/{lectrice.pk}/change/"
    client = connecte(administratrice)
    texte = client.get(url).text
    assert lectrice.email in texte
    assert "lecteur, Bassens" in texte
    assert "argon2" not in texte
    assert client.post(url, {"email": "x@y.fr"}).status_code == 403
    assert client.get("/admin/comptes/utilisateur/add/").status_code == 403
