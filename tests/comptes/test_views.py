"""Each page: works for the right person, 404 for a stranger, 403 with its reason, sign-in for the anonymous."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes import actions
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import roles_de
from villes_internet.territoires.models import Collectivite

Connecte = Callable[[Utilisateur], Client]
A = timezone.now()
EQUIPE = "/espace/33032/equipe/"


@pytest.fixture
def demande(bassens: Collectivite) -> Habilitation:
    """Noé asks to contribute to Bassens."""
    return Habilitation.objects.create(
        utilisateur=ground.utilisateur("Noé"), collectivite=bassens, role=Role.CONTRIBUTEUR, fonction="Médiateur"
    )


def inviter(par: Utilisateur, collectivite: Collectivite, courriel: str) -> tuple[Invitation, str]:
    invitation = actions.inviter(courriel, role=Role.LECTEUR, collectivite=collectivite, par=par, a=timezone.now())
    invitation.empreinte_jeton = actions.empreinte("jeton")
    invitation.save()
    return invitation, reverse("comptes:invitation", args=["jeton"])


# Closed to the anonymous


@pytest.mark.parametrize(
    "url",
    ["/compte/profil/", "/compte/rattachement/", "/compte/rattachement/1/", EQUIPE, f"{EQUIPE}membres/1/"],
)
def test_the_anonymous_visitor_signs_in_first(url: str, client: Client, db: None) -> None:
    reponse = client.get(url)
    assert reponse.status_code == 302
    assert reponse["Location"].startswith("/compte/login/")


@pytest.mark.parametrize(
    "url",
    [
        "/compte/rattachement/1/retirer/",
        f"{EQUIPE}demandes/1/",
        f"{EQUIPE}membres/1/revoquer/",
        f"{EQUIPE}invitations/1/annuler/",
    ],
)
def test_reading_never_acts(url: str, referente: Utilisateur, connecte: Connecte) -> None:
    assert connecte(referente).get(url).status_code == 405


# Profile


def test_the_profile_is_saved(sans_role: Utilisateur, connecte: Connecte) -> None:
    client = connecte(sans_role)
    reponse = client.post(
        "/compte/profil/", {"first_name": "Noël", "last_name": "Petit", "telephone": "05 57 80 81 57"}
    )
    assert reponse.status_code == 302
    sans_role.refresh_from_db()
    assert (sans_role.first_name, sans_role.telephone) == ("Noël", "05 57 80 81 57")


def test_a_refused_profile_keeps_what_was_typed(sans_role: Utilisateur, connecte: Connecte) -> None:
    reponse = connecte(sans_role).post("/compte/profil/", {"first_name": "", "last_name": "P", "telephone": "<x>"})
    assert reponse.status_code == 422
    assert "05 57 80 81 57" in reponse.text
    assert "&lt;x&gt;" in reponse.text


@pytest.mark.parametrize("n", [1, 3])
def test_the_profile_costs_the_same_at_any_size(
    n: int, sans_role: Utilisateur, connecte: Connecte, django_assert_max_num_queries
) -> None:
    for _ in range(n):
        ground.habiliter(sans_role, Role.LECTEUR, ground.collectivite())
    client = connecte(sans_role)
    with django_assert_max_num_queries(7):
        client.get("/compte/profil/")


# Asking


def test_asking_from_the_search_to_the_wait(
    sans_role: Utilisateur, bassens: Collectivite, connecte: Connecte, chargee_de_mission: Utilisateur
) -> None:
    client = connecte(sans_role)
    assert "Votre commune ou votre intercommunalité" in client.get("/compte/rattachement/").text
    page = client.get("/compte/rattachement/?collectivite=33032")
    assert "personne ne représente encore Bassens" in page.text
    donnees = {"role": "referent", "fonction": "Directrice", "site": "ville-bassens.fr", "message": ""}
    suite = client.post("/compte/rattachement/?collectivite=33032", donnees, follow=True)
    assert "L’association l’a reçue" in suite.text
    faite = Habilitation.objects.get(utilisateur=sans_role)
    assert (faite.role, faite.site) == (Role.REFERENT, "https://ville-bassens.fr")
    assert "déjà demandé" in client.get("/compte/rattachement/?collectivite=33032").text


def test_a_second_press_says_so(sans_role: Utilisateur, bassens: Collectivite, connecte: Connecte) -> None:
    client = connecte(sans_role)
    donnees = {"role": "referent", "fonction": "Directrice"}
    client.post("/compte/rattachement/?collectivite=33032", donnees)
    reponse = client.post("/compte/rattachement/?collectivite=33032", donnees)
    assert reponse.status_code == 422
    assert "déjà demandé" in reponse.text
    assert Habilitation.objects.count() == 1


def test_an_incomplete_request_says_what_to_mend(
    sans_role: Utilisateur, bassens: Collectivite, connecte: Connecte
) -> None:
    reponse = connecte(sans_role).post("/compte/rattachement/?collectivite=33032", {"role": "roi", "site": "mon site"})
    assert reponse.status_code == 422
    assert reponse.context["formulaire"].errors.keys() == {"role", "fonction", "site"}


def test_an_unknown_collectivite_is_said(sans_role: Utilisateur, connecte: Connecte, db: None) -> None:
    reponse = connecte(sans_role).get("/compte/rattachement/?collectivite=Nulleparville")
    assert reponse.status_code == 422
    assert "Aucune collectivité ne correspond" in reponse.text


def test_the_wait_screen_says_who_answers(
    demande: Habilitation, referente: Utilisateur, connecte: Connecte, voisine: Utilisateur
) -> None:
    url = reverse("comptes:demande", args=[demande.pk])
    client = connecte(demande.utilisateur)
    assert "Le référent label de Bassens l’a reçue" in client.get(url).text
    assert connecte(voisine).get(url).status_code == 404
    assert connecte(referente).get(url).status_code == 404
    actions.refuser(demande, motif="Nous ne vous connaissons pas.", par=referente, a=A)
    assert "Nous ne vous connaissons pas." in client.get(url).text


def test_the_answer_is_read_on_the_same_page(demande: Habilitation, referente: Utilisateur, connecte: Connecte) -> None:
    url = reverse("comptes:demande", args=[demande.pk])
    client = connecte(demande.utilisateur)
    accordee = actions.accepter(demande, par=referente, a=A)
    assert "Votre demande est acceptée" in client.get(url).text
    actions.revoquer(accordee, par=referente, a=A)
    assert "révoquée" in client.get(url).text
    assert "Rôle terminé" in client.get("/compte/profil/").text


def test_withdrawing_ones_request(demande: Habilitation, connecte: Connecte, voisine: Utilisateur) -> None:
    url = reverse("comptes:retirer", args=[demande.pk])
    assert connecte(voisine).post(url).status_code == 404
    client = connecte(demande.utilisateur)
    assert "est retirée" in client.post(url, follow=True).text
    assert client.post(url).status_code == 403


# Team


def test_the_team_page_by_role(
    demande: Habilitation, referente: Utilisateur, lectrice: Utilisateur, voisine: Utilisateur,
    chargee_de_mission: Utilisateur, utilisateur_jure: Utilisateur, connecte: Connecte,
) -> None:  # fmt: skip
    page = connecte(referente).get(EQUIPE).text
    assert "1\xa0demande à étudier" in page
    assert "Inviter une personne" in page
    assert "1\xa0demande à étudier" in connecte(chargee_de_mission).get(EQUIPE).text
    page = connecte(lectrice).get(EQUIPE).text
    assert demande.utilisateur.email not in page
    assert "Seul le référent label" in page
    assert connecte(voisine).get(EQUIPE).status_code == 404
    assert connecte(utilisateur_jure).get(EQUIPE).status_code == 404


def test_a_part_of_a_commune_has_no_team(referente: Utilisateur, connecte: Connecte) -> None:
    assert connecte(referente).get("/espace/99999/equipe/").status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_the_team_page_costs_the_same_at_any_size(
    n: int, referente: Utilisateur, bassens: Collectivite, connecte: Connecte, django_assert_max_num_queries
) -> None:
    for i in range(n):
        ground.habiliter(ground.utilisateur(), Role.LECTEUR, bassens)
        Habilitation.objects.create(utilisateur=ground.utilisateur(), collectivite=bassens, role=Role.LECTEUR)
        actions.inviter(f"x{i}@ville.fr", role=Role.LECTEUR, collectivite=bassens, par=referente, a=timezone.now())
    client = connecte(referente)
    with django_assert_max_num_queries(8):
        client.get(EQUIPE)


def test_inviting(
    referente: Utilisateur, lectrice: Utilisateur, voisine: Utilisateur, bassens: Collectivite, connecte: Connecte
) -> None:
    donnees = {"courriel": "zoe@ville.fr", "role": "contributeur"}
    assert connecte(lectrice).post(EQUIPE, donnees).status_code == 403
    assert "Seul le référent label" in connecte(lectrice).post(EQUIPE, donnees).text
    assert connecte(voisine).post(EQUIPE, donnees).status_code == 404
    client = connecte(referente)
    page = client.post(EQUIPE, donnees, follow=True).text
    assert "L’invitation part à zoe@ville.fr" in page
    assert Invitation.objects.get().role == Role.CONTRIBUTEUR
    page = client.post(EQUIPE, {"courriel": lectrice.email, "role": "contributeur"})
    assert page.status_code == 422
    assert "fait déjà partie" in page.text
    assert client.post(EQUIPE, {"courriel": "zoe", "role": "jure"}).context["formulaire"].errors.keys() == {
        "courriel",
        "role",
    }


def test_answering_a_request(
    demande: Habilitation, bassens: Collectivite, referente: Utilisateur, lectrice: Utilisateur,
    voisine: Utilisateur, connecte: Connecte,
) -> None:  # fmt: skip
    url = reverse("comptes:decider", args=["33032", demande.pk])
    donnees = {"decision": "accepter", "role": "lecteur"}
    assert connecte(lectrice).post(url, donnees).status_code == 403
    assert connecte(voisine).post(url, donnees).status_code == 404
    assert connecte(referente).post(url, donnees, follow=True).text.count("fait maintenant partie") == 1
    assert roles_de(demande.utilisateur, bassens) == {Role.LECTEUR}


def test_one_does_not_answer_ones_own_request(
    referente: Utilisateur, bassens: Collectivite, bram: Collectivite, connecte: Connecte
) -> None:
    ground.habiliter(referente, Role.CHARGE_DE_MISSION)
    sienne = Habilitation.objects.create(utilisateur=referente, collectivite=bram, role=Role.REFERENT)
    reponse = connecte(referente).post(reverse("comptes:decider", args=["11049", sienne.pk]), {"decision": "accepter"})
    assert reponse.status_code == 403


def test_a_double_press_and_a_second_referent_change_nothing(
    demande: Habilitation, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    autre = ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    url = reverse("comptes:decider", args=["33032", demande.pk])
    connecte(referente).post(url, {"decision": "accepter"})
    page = connecte(referente).post(url, {"decision": "accepter"}, follow=True).text
    assert "Alice Martin a déjà répondu : cette demande est acceptée. Rien n’a changé." in page
    page = connecte(autre).post(url, {"decision": "refuser", "motif": "Non"}, follow=True).text
    assert "Rien n’a changé" in page
    assert roles_de(demande.utilisateur, bassens) == {Role.CONTRIBUTEUR}


def test_refusing_without_a_motive_is_explained(
    demande: Habilitation, referente: Utilisateur, connecte: Connecte
) -> None:
    url = reverse("comptes:decider", args=["33032", demande.pk])
    client = connecte(referente)
    assert "Un motif est nécessaire" in client.post(url, {"decision": "refuser"}, follow=True).text
    assert "est refusée" in client.post(url, {"decision": "refuser", "motif": "Non"}, follow=True).text


def test_a_member_of_one_town_is_not_reached_by_the_page_of_another(
    referente: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    ailleurs = voisine.habilitations.get()
    assert connecte(referente).get(reverse("comptes:membre", args=["33032", ailleurs.pk])).status_code == 404


def test_changing_a_members_role(
    referente: Utilisateur, lectrice: Utilisateur, redactrice: Utilisateur, bassens: Collectivite, connecte: Connecte
) -> None:
    url = reverse("comptes:membre", args=["33032", lectrice.habilitations.get().pk])
    assert connecte(redactrice).get(url).status_code == 403
    client = connecte(referente)
    assert "Changer son rôle" in client.get(url).text
    assert client.post(url, {"role": "jure"}).status_code == 422
    assert "« contributeur »" in client.post(url, {"role": "contributeur"}, follow=True).text
    assert roles_de(lectrice, bassens) == {Role.CONTRIBUTEUR}
    assert client.post(url, {"role": "lecteur"}).status_code == 403


def test_the_last_referent_reads_why_she_stays(referente: Utilisateur, connecte: Connecte) -> None:
    sienne = referente.habilitations.get()
    url = reverse("comptes:membre", args=["33032", sienne.pk])
    client = connecte(referente)
    assert "C’est le dernier référent label" in client.get(url).text
    assert client.post(url, {"role": "lecteur"}).status_code == 403
    reponse = client.post(reverse("comptes:revoquer", args=["33032", sienne.pk]))
    assert reponse.status_code == 403
    assert "dernière personne" in reponse.text


def test_ending_a_role(
    referente: Utilisateur, lectrice: Utilisateur, redactrice: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    url = reverse("comptes:revoquer", args=["33032", lectrice.habilitations.get().pk])
    assert connecte(redactrice).post(url).status_code == 403
    assert connecte(voisine).post(url).status_code == 404
    assert "ne fait plus partie" in connecte(referente).post(url, {"motif": "Départ"}, follow=True).text
    assert connecte(lectrice).get(EQUIPE).status_code == 404


def test_leaving_the_team(lectrice: Utilisateur, connecte: Connecte) -> None:
    url = reverse("comptes:revoquer", args=["33032", lectrice.habilitations.get().pk])
    assert "Vous avez quitté l’équipe de Bassens" in connecte(lectrice).post(url, follow=True).text


def test_cancelling_an_invitation(
    referente: Utilisateur, lectrice: Utilisateur, voisine: Utilisateur, bassens: Collectivite, connecte: Connecte
) -> None:
    invitation, _ = inviter(referente, bassens, "zoe@ville.fr")
    url = reverse("comptes:annuler_invitation", args=["33032", invitation.pk])
    assert connecte(lectrice).post(url).status_code == 403
    assert connecte(voisine).post(url).status_code == 404
    assert "est annulée" in connecte(referente).post(url, follow=True).text
    Invitation.objects.update(acceptee_le=A)
    assert "vient d’être acceptée" in connecte(referente).post(url, follow=True).text


# Invitation


def test_an_invited_person_accepts(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur, connecte: Connecte
) -> None:
    _, url = inviter(referente, bassens, sans_role.email)
    client = connecte(sans_role)
    assert "Accepter l’invitation" in client.get(url).text
    assert "Une invitation vous attend" in client.get("/compte/rattachement/").text
    assert "Bienvenue" in client.post(url, follow=True).text
    page = client.post(url, follow=True).text
    assert "a déjà servi" in page


def test_an_invited_juror_lands_in_the_panel(
    administratrice: Utilisateur, sans_role: Utilisateur, connecte: Connecte
) -> None:
    invitation = actions.inviter(sans_role.email, role=Role.JURE, collectivite=None, par=administratrice, a=A)
    Invitation.objects.update(empreinte_jeton=actions.empreinte("jure"))
    reponse = connecte(sans_role).post(reverse("comptes:invitation", args=["jure"]))
    assert reponse["Location"] == "/admin/"
    assert invitation.collectivite is None


def test_the_anonymous_visitor_is_led_to_an_account_and_back(
    referente: Utilisateur, bassens: Collectivite, client: Client
) -> None:
    _, url = inviter(referente, bassens, "zoe@ville.fr")
    page = client.get(url).text
    assert f"/compte/signup/?next={url}" in page
    assert "Accepter l’invitation" not in page
    client.post(url)
    assert Invitation.objects.get().acceptee_le is None


def test_the_wrong_account_reads_what_to_do(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur, connecte: Connecte
) -> None:
    _, url = inviter(referente, bassens, "zoe@ville.fr")
    client = connecte(sans_role)
    page = client.get(url).text
    assert "envoyée à zoe@ville.fr" in page
    assert "Me déconnecter et revenir ici" in page
    client.post(url)
    assert not roles_de(sans_role, bassens)


def test_an_expired_invitation_says_so(referente: Utilisateur, bassens: Collectivite, client: Client) -> None:
    invitation, url = inviter(referente, bassens, "zoe@ville.fr")
    invitation.expire_le = A - timedelta(minutes=1)
    invitation.save()
    assert "a expiré" in client.get(url).text


def test_a_wrong_token_is_unknown(client: Client, db: None) -> None:
    assert client.get("/invitation/autre/").status_code == 404
