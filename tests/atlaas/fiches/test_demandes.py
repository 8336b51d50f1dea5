import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from atlaas.etats import EtatAction
from atlaas.fiches import actions
from atlaas.models import Action, DemandeFiche
from tests.atlaas.fiches.saisies import modifier, saisie
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
DEMANDER = "/espace/33032/fiches/demander/"
AUTOSAVE = {"X-Sauvegarde": "1"}


@pytest.fixture
def lien(bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> str:
    """The address that the colleague received."""
    ground.version_publiee()
    envoi = {"courriel": "Collegue@mairie.example", "message": "Les ateliers du mardi ?"}
    assert connecte(referente).post(DEMANDER, envoi).status_code == 302
    texte = Courriel.objects.get(a=["collegue@mairie.example"]).texte
    assert "Les ateliers du mardi ?" in texte
    trouve = re.search(r"/ecrire/\S+", texte)
    assert trouve
    return trouve[0]


def relire(fiche: Action) -> str:
    return f"/atlaas/fiches/{fiche.pk}/relire/"


def test_written_without_an_account_then_accepted_as_a_draft(
    lien: str, referente: Utilisateur, client: Client, connecte: Connecte
) -> None:
    assert "Les ateliers du mardi" in client.get(lien).content.decode()
    recu = client.post(lien, saisie(version=0, titre="Ateliers", date_debut="hier"), headers=AUTOSAVE).json()
    assert (recu["numero_version"], list(recu["erreurs"])) == (1, ["date_debut"])
    assert client.post(lien, saisie(version=0, titre="Autre"), headers=AUTOSAVE).status_code == 409
    client.post(lien, saisie("A1.1", version=1, titre="Ateliers du mardi", terminer="1"))
    fiche = Action.objects.get()
    assert (fiche.etat, fiche.auteur) == (EtatAction.A_RELIRE, None)
    assert client.get(fiche.get_absolute_url()).status_code == 404
    personne = connecte(referente)
    assert "Ateliers du mardi" in Courriel.objects.get(a=[referente.email]).sujet
    assert personne.get(modifier(fiche)).status_code == 403, "not before it is accepted"
    assert "Ateliers du mardi" in personne.get(relire(fiche)).content.decode()
    assert personne.post(relire(fiche), {"accepter": "1"}).headers["Location"] == modifier(fiche)
    fiche.refresh_from_db()
    assert (fiche.etat, fiche.auteur) == (EtatAction.BROUILLON, referente)
    assert client.post(lien, saisie("A1.1", version=2, titre="Trop tard")).status_code == 410
    assert "Trop tard" in client.post(lien, saisie("A1.1", version=2, titre="Trop tard")).content.decode()
    assert Courriel.objects.filter(sujet__contains="a été relue").count() == 1
    verbes = set(Evenement.objects.values_list("verbe", flat=True))
    assert {"demander une fiche", "répondre par le lien", "accepter"} <= verbes


def test_left_aside_with_a_word(lien: str, referente: Utilisateur, client: Client, connecte: Connecte) -> None:
    client.post(lien, saisie(version=0))
    fiche, personne = Action.objects.get(), connecte(referente)
    assert "Un motif est nécessaire" in personne.post(relire(fiche), {"ecarter": "1"}).content.decode()
    personne.post(relire(fiche), {"ecarter": "1", "motif": "Déjà racontée"})
    fiche.refresh_from_db()
    assert fiche.etat == EtatAction.ARCHIVEE
    assert "Déjà racontée" in Courriel.objects.get(sujet__contains="a été relue").texte


def test_a_closed_link_says_why(lien: str, referente: Utilisateur, client: Client, connecte: Connecte) -> None:
    demande = DemandeFiche.objects.get()
    assert "expiré" in actions.obstacle(demande, timezone.now() + timedelta(days=15))
    connecte(referente).post(f"{DEMANDER}{demande.pk}/revoquer/")
    reponse = client.get(lien)
    assert (reponse.status_code, "annulé par la collectivité" in reponse.content.decode()) == (410, True)
    assert client.post(lien, saisie(version=0), headers=AUTOSAVE).status_code == 403
    assert not Action.objects.exists()
    assert client.get("/ecrire/inconnu/").status_code == 404


def test_only_a_digest_is_kept_and_bad_input_is_said(
    lien: str, referente: Utilisateur, client: Client, connecte: Connecte
) -> None:
    jeton = lien.split("/")[2]
    assert jeton not in str(DemandeFiche.objects.values())
    assert client.post(lien, saisie(version=0, stade="fini")).status_code == 422
    assert connecte(referente).post(DEMANDER, {"courriel": "pas une adresse"}).status_code == 422
    assert "collegue@mairie.example" in connecte(referente).get(DEMANDER).content.decode()


@pytest.mark.parametrize(("nom", "code"), [("redactrice", 403), ("lectrice", 403), ("voisine", 404)])
def test_only_the_referent_asks_and_reads_again(
    nom: str, code: int, lien: str, client: Client, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    client.post(lien, saisie(version=0))
    personne = connecte(request.getfixturevalue(nom))
    assert personne.get(DEMANDER).status_code == code
    assert personne.post(f"{DEMANDER}{DemandeFiche.objects.get().pk}/revoquer/").status_code == code
    assert personne.post(relire(Action.objects.get()), {"accepter": "1"}).status_code == code


def test_a_second_click_on_taking_back_changes_nothing(lien: str, referente: Utilisateur) -> None:
    demande, a = DemandeFiche.objects.get(), timezone.now()
    actions.revoquer(demande, par=referente, a=a)
    actions.revoquer(demande, par=referente, a=a + timedelta(hours=1))
    demande.refresh_from_db()
    assert demande.revoque_le == a
    assert Evenement.objects.filter(verbe="annuler la demande").count() == 1
