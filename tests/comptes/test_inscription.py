"""Sign-up, verification, sign-in, lost password: through allauth, with our forms, rules and messages."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.factories import ground
from villes_internet.comptes import actions
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.comptes.permissions import roles_de
from villes_internet.socle.models import Courriel
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
ADRESSE = "nadia@ville-bassens.fr"
DONNEES = {
    "first_name": "Nadia",
    "last_name": "Petit",
    "email": ADRESSE,
    "password1": ground.MOT_DE_PASSE,
    "conditions": "on",
}


def lien() -> str:
    """The link of the last message, as a path."""
    trouve = re.search(r"https?://[^/\s]+(/\S+)", Courriel.objects.latest("pk").texte)
    assert trouve
    return trouve[1]


def test_from_sign_up_to_ones_collectivite(client: Client) -> None:
    reponse = client.post("/compte/signup/", DONNEES)
    assert reponse["Location"] == "/compte/confirm-email/"
    nadia = Utilisateur.objects.get(email=ADRESSE)
    assert (nadia.first_name, nadia.last_name, nadia.is_staff) == ("Nadia", "Petit", False)
    assert nadia.password.startswith("argon2")
    message = Courriel.objects.get()
    assert message.sujet == "Vérifiez votre adresse pour ouvrir votre compte"
    assert "Vérifier mon adresse</a>" in message.html.replace("\n", "")
    page = lien()
    client.get(page)
    assert not EmailAddress.objects.get().verified, "reading the link must not confirm it"
    assert client.post(page)["Location"] == "/compte/rattachement/"
    assert EmailAddress.objects.get().verified
    assert client.get("/compte/rattachement/").status_code == 200


def test_verifying_in_another_browser_leads_to_sign_in(client: Client) -> None:
    client.post("/compte/signup/", DONNEES)
    assert Client().post(lien())["Location"] == "/compte/login/"


def test_no_entry_before_the_address_is_verified(client: Client) -> None:
    client.post("/compte/signup/", DONNEES)
    autre = Client()
    reponse = autre.post("/compte/login/", {"login": ADRESSE, "password": ground.MOT_DE_PASSE})
    assert reponse["Location"] == "/compte/confirm-email/"
    assert autre.get("/compte/profil/").status_code == 302


def test_the_password_rule_is_told_before_and_explained_after(client: Client) -> None:
    assert "une phrase de 7 mots différents" in client.get("/compte/signup/").text
    page = client.post("/compte/signup/", {**DONNEES, "password1": "mosaique"}).text
    assert "Il manque : 4 caractères de plus, une majuscule, un chiffre, un caractère spécial." in page
    assert not Utilisateur.objects.exists()


def test_the_conditions_must_be_accepted(client: Client) -> None:
    page = client.post("/compte/signup/", {**DONNEES, "conditions": ""}).text
    assert "Cochez cette case pour créer votre compte." in page


def test_an_existing_account_is_not_given_away(client: Client) -> None:
    ground.utilisateur("Nadia", ADRESSE)
    reponse = client.post("/compte/signup/", DONNEES)
    assert reponse["Location"] == "/compte/confirm-email/"
    assert Courriel.objects.get().sujet == "Vous avez déjà un compte"
    assert Utilisateur.objects.count() == 1


def test_a_lost_password_never_tells_who_has_an_account(client: Client) -> None:
    ground.utilisateur("Nadia", ADRESSE)
    connu = client.post("/compte/password/reset/", {"email": ADRESSE})
    inconnu = client.post("/compte/password/reset/", {"email": "personne@ville.fr"})
    assert connu["Location"] == inconnu["Location"]
    assert {c.sujet for c in Courriel.objects.all()} == {
        "Choisissez un nouveau mot de passe",
        "Aucun compte à cette adresse",
    }


def test_choosing_a_new_password(client: Client) -> None:
    ground.utilisateur("Nadia", ADRESSE)
    client.post("/compte/password/reset/", {"email": ADRESSE})
    page = client.get(lien())["Location"]
    assert "trop facile" in client.post(page, {"password1": "court"}).text
    client.post(page, {"password1": "Nouveau-Mot-2027!"})
    assert Courriel.objects.latest("pk").sujet == "Votre mot de passe a changé"
    assert client.post("/compte/login/", {"login": ADRESSE, "password": "Nouveau-Mot-2027!"}).status_code == 302


def test_changing_ones_address(client: Client) -> None:
    nadia = ground.utilisateur("Nadia", ADRESSE)
    client.post("/compte/login/", {"login": ADRESSE, "password": ground.MOT_DE_PASSE})
    client.post("/compte/email/", {"email": "nadia@bram.fr", "action_add": ""})
    nadia.refresh_from_db()
    assert nadia.email == ADRESSE
    client.post(lien())
    nadia.refresh_from_db()
    assert nadia.email == "nadia@bram.fr"
    assert "Votre adresse électronique a changé" in {c.sujet for c in Courriel.objects.all()}


def test_five_wrong_passwords_close_the_door_for_a_while(client: Client) -> None:
    ground.utilisateur("Nadia", ADRESSE)
    for _ in range(5):
        page = client.post("/compte/login/", {"login": ADRESSE, "password": "Faux-Mot-De-Passe-1"}).text
        assert "ne vont pas ensemble" in page
    page = client.post("/compte/login/", {"login": ADRESSE, "password": ground.MOT_DE_PASSE}).text
    assert "attendez cinq minutes" in page


def test_sessions_are_listed(client: Client) -> None:
    ground.utilisateur("Nadia", ADRESSE)
    client.post("/compte/login/", {"login": ADRESSE, "password": ground.MOT_DE_PASSE})
    assert client.get("/compte/sessions/").status_code == 200
    assert "/compte/sessions/" in client.get("/compte/profil/").text


def test_an_invited_person_signs_up_then_comes_back(
    client: Client, referente: Utilisateur, bassens: Collectivite
) -> None:
    from django.utils import timezone

    actions.inviter(ADRESSE, role=Role.LECTEUR, collectivite=bassens, par=referente, a=timezone.now())
    invitation = lien()
    client.post(f"/compte/signup/?next={invitation}", {**DONNEES, "next": invitation})
    assert client.post(lien())["Location"] == invitation
    client.post(invitation)
    assert roles_de(Utilisateur.objects.get(email=ADRESSE), bassens) == {Role.LECTEUR}
