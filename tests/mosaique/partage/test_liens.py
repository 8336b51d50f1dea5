"""A link to one enjeu, for somebody without an account."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from mosaique import actions as actions_mosaique
from mosaique.actions import Saisie
from mosaique.models import LienInvite, Mosaique, ReponseEnjeu, ReponseInvitee
from mosaique.partage import actions
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu, arbre
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
ENJEU = "/mosaique/33032/2027/A1/"
CAMILLE = "camille@mediatheque.example"
AUTOSAVE = {"headers": {"X-Sauvegarde": "1"}}


@pytest.fixture
def lien(mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur) -> LienInvite:
    return actions.inviter(mosaique, enjeu, f" {CAMILLE.upper()} ", message="Merci !", par=referente, a=timezone.now())


@pytest.fixture
def adresse(lien: LienInvite) -> str:
    """The path that the e-mail gives."""
    texte = Courriel.objects.get(a__contains=[CAMILLE]).texte
    trouve = re.search(re.escape(reglages.ADRESSE_PUBLIQUE) + r"(/repondre/\S+/)", texte)
    assert trouve
    return trouve[1]


def saisie(version: int = 0, **champs: str) -> dict[str, str]:
    statuts = {f"statut_A1.{rang}": "pas_fait" for rang in range(1, 8)}
    return {"numero_version": str(version), "niveau": "3", "commentaire": "Vu du terrain", **statuts, **champs}


def repondre(lien: LienInvite, niveau: int = 3, version: int = 0, *, terminee: bool = False) -> ReponseInvitee:
    reponse = Saisie(niveau, {"A1.1": {"statut": "pas_fait"}}, "Vu du terrain", version)
    return actions.enregistrer(lien, reponse, a=timezone.now(), terminee=terminee)


def celle_qui_compte(mosaique: Mosaique) -> ReponseEnjeu:
    return mosaique.reponses.get(enjeu__code="A1")


# The link


def test_a_link_is_sent_to_one_address_and_only_its_digest_is_kept(lien: LienInvite, adresse: str) -> None:
    jeton = adresse.split("/")[2]
    assert lien.courriel == CAMILLE
    assert lien.empreinte_jeton == actions.empreinte(jeton) != jeton
    assert lien.expire_le - lien.cree_le == timedelta(days=14)
    assert "Merci !" in Courriel.objects.get().texte
    assert [e.verbe for e in Evenement.objects.de(lien)] == ["envoyer un lien"]


def test_a_second_link_to_the_same_address_closes_the_first(
    lien: LienInvite, mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur
) -> None:
    actions.inviter(mosaique, enjeu, CAMILLE, par=referente, a=timezone.now())
    lien.refresh_from_db()
    assert lien.revoque_le
    repondre(LienInvite.objects.latest("pk"))
    LienInvite.objects.filter(revoque_le=None).update(expire_le=timezone.now())
    actions.inviter(mosaique, enjeu, CAMILLE, par=referente, a=timezone.now())
    assert LienInvite.objects.filter(revoque_le=None).count() == 2  # an expired one is closed already


def test_no_link_leaves_a_frozen_mosaique(mosaique: Mosaique, enjeu: EnjeuLu, referente: Utilisateur) -> None:
    actions_mosaique.figer(mosaique, par=None)
    with pytest.raises(TransitionRefusee, match="figée"):
        actions.inviter(mosaique, enjeu, CAMILLE, par=referente, a=timezone.now())


def test_the_referente_sends_and_revokes_from_the_page(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    refuse = client.post(f"{ENJEU}liens/", {"courriel": "camille"})
    assert refuse.status_code == 422
    assert "camille" in refuse.content.decode()
    suite = client.post(f"{ENJEU}liens/", {"courriel": CAMILLE, "message": ""}, follow=True)
    assert "Pas encore de réponse" in suite.content.decode()
    assert "1 réponse attendue" in client.get(ENJEU).content.decode().replace("\u00a0", " ")
    assert "demandé par un lien" in client.get("/mosaique/33032/2027/").content.decode()
    lien = LienInvite.objects.get()
    for _ in range(2):
        client.post(f"{ENJEU}liens/{lien.pk}/revoquer/")
    assert [e.verbe for e in Evenement.objects.de(lien).order_by("pk")] == ["envoyer un lien", "révoquer le lien"]
    assert "réponse attendue" not in client.get(ENJEU).content.decode()
    assert client.post(f"/mosaique/33032/2027/A2/liens/{lien.pk}/revoquer/").status_code == 404


@pytest.mark.parametrize("chemin", ["liens/", "liens/1/", "liens/1/revoquer/", "liens/1/ecarter/"])
@pytest.mark.parametrize(("nom", "statut"), [("redactrice", 403), ("lectrice", 403), ("voisine", 404)])
def test_the_others_neither_send_nor_read_again(
    chemin: str, nom: str, statut: int, lien: LienInvite, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(f"{ENJEU}{chemin}", {}).status_code == statut


# The guest


def test_a_guest_sees_one_enjeu_with_what_is_already_answered(mosaique: Mosaique, adresse: str, client: Client) -> None:
    fabrique.repondre(mosaique, "A1", 2, commentaire="Déjà là")
    reponse = client.get(adresse)
    page = reponse.content.decode()
    assert "Déjà là" in page
    assert "Ce lien est personnel" in page
    assert "no-store" in reponse.headers["Cache-Control"]
    assert "/mosaique/33032" not in page
    assert client.get("/repondre/inconnu/").status_code == 404


def test_what_a_guest_answers_counts_for_nothing_until_accepted(
    mosaique: Mosaique, adresse: str, client: Client, referente: Utilisateur, connecte: Connecte
) -> None:
    assert client.post(adresse, saisie(terminer="1")).headers["Location"] == adresse
    assert celle_qui_compte(mosaique).niveau is None
    gardee = ReponseInvitee.objects.get()
    assert (gardee.niveau, gardee.commentaire, gardee.numero_version) == (3, "Vu du terrain", 1)
    assert "ne compte pas tant qu’elle n’est pas acceptée" in client.get(adresse).content.decode()
    assert "Réponse à relire" in connecte(referente).get(ENJEU).content.decode()
    assert "réponse à relire" in connecte(referente).get("/mosaique/33032/2027/").content.decode()
    client.post(adresse, saisie(1, terminer="1"))
    relances = Courriel.objects.filter(sujet="Une réponse à relire sur « Démocratie locale »")
    assert relances.get().a == [referente.email]


def test_a_guest_autosaves_and_a_second_window_is_told(adresse: str, client: Client) -> None:
    recu = client.post(adresse, saisie(), **AUTOSAVE)
    assert recu.json()["numero_version"] == 1
    perime = client.post(adresse, saisie(niveau="1"), **AUTOSAVE)
    assert perime.status_code == 409
    assert perime.json()["valeurs"]["niveau"] == 3
    page = client.post(adresse, saisie(niveau="1"))
    assert page.status_code == 409
    assert "Ma saisie" in page.content.decode()
    assert not Courriel.objects.filter(sujet__startswith="Une réponse à relire").exists()


def test_a_refused_field_keeps_the_others(adresse: str, client: Client) -> None:
    champs = {"echeance_A1.1": "demain", "statut_A1.1": "programme"}
    recu = client.post(adresse, saisie(**champs), **AUTOSAVE)
    assert "echeance_A1.1" in recu.json()["erreurs"]
    assert ReponseInvitee.objects.get().niveau == 3
    page = client.post(adresse, saisie(1, **champs))
    assert page.status_code == 422
    assert "Vu du terrain" in page.content.decode()


def test_too_many_saves_are_slowed_and_nothing_typed_is_lost(
    adresse: str, client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"repondre_par_lien": "1/h/ip"}  # type: ignore[attr-defined]
    client.post(adresse, saisie())
    assert client.post(adresse, saisie(1), **AUTOSAVE).status_code == 429
    page = client.post(adresse, saisie(1, commentaire="Encore un mot"))
    assert page.status_code == 429
    assert "Encore un mot" in page.content.decode()
    assert "attendez quelques minutes" in page.content.decode()


@pytest.mark.parametrize(
    ("cas", "dit"),
    [
        ("expire", "a expiré le"),
        ("revoque", "a été annulé"),
        ("figee", "La mosaïque est figée"),
        ("relue", "Votre réponse a été relue"),
    ],
)
def test_a_closed_link_says_why_and_gives_back_what_was_typed(
    cas: str, dit: str, lien: LienInvite, adresse: str, client: Client, referente: Utilisateur
) -> None:
    if cas == "expire":
        LienInvite.objects.update(expire_le=timezone.now())
    elif cas == "revoque":
        actions.revoquer(lien, par=referente, a=timezone.now())
    elif cas == "figee":
        actions_mosaique.figer(lien.mosaique, par=None)
    else:
        repondre(lien)
        actions.ecarter(lien, motif="", par=referente)
    page = client.get(adresse)
    assert page.status_code == 410
    assert dit in page.content.decode()
    assert "Vu du terrain" in client.post(adresse, saisie()).content.decode()
    refuse = client.post(adresse, saisie(), **AUTOSAVE)
    assert refuse.status_code == 403
    assert dit in refuse.json()["motif"]
    with pytest.raises(TransitionRefusee):
        repondre(lien)


@pytest.mark.parametrize("nb", [1, 3])
def test_the_guest_page_costs_the_same_whatever_was_sent(
    nb: int,
    adresse: str,
    mosaique: Mosaique,
    enjeu: EnjeuLu,
    referente: Utilisateur,
    client: Client,
    connecte: Connecte,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for rang in range(1, nb):
        repondre(actions.inviter(mosaique, enjeu, f"{rang}@asso.example", par=referente, a=timezone.now()))
    client.get(adresse)
    with django_assert_num_queries(2):
        client.get(adresse)
    referent = connecte(referente)
    referent.get(ENJEU)
    with django_assert_num_queries(11):
        referent.get(ENJEU)
    with django_assert_num_queries(7):
        referent.get(f"{ENJEU}confier/")


# Reading again


def test_the_referente_chooses_field_by_field(
    mosaique: Mosaique, lien: LienInvite, referente: Utilisateur, connecte: Connecte
) -> None:
    fabrique.repondre(mosaique, "A1", 1, commentaire="Le nôtre")
    repondre(lien, terminee=True)
    client = connecte(referente)
    page = client.get(f"{ENJEU}liens/{lien.pk}/").content.decode()
    assert f"Réponse de {CAMILLE}" in page
    assert "Réponse de la mosaïque" in page
    choix = saisie(1, niveau="3", commentaire="Le nôtre", version_invitee="1")
    assert client.post(f"{ENJEU}liens/{lien.pk}/", choix).headers["Location"] == ENJEU
    gardee = celle_qui_compte(mosaique)
    assert (gardee.niveau, gardee.commentaire, gardee.modifie_par) == (3, "Le nôtre", referente)
    assert Courriel.objects.filter(a=[CAMILLE], texte__contains="Elle est reprise").exists()
    assert "il n’y a plus rien à choisir" in client.get(f"{ENJEU}liens/{lien.pk}/").content.decode()
    assert client.post(f"{ENJEU}liens/{lien.pk}/", choix | {"numero_version": "2"}).status_code == 409
    assert "Réponse à relire" not in client.get(ENJEU).content.decode()


@pytest.mark.parametrize("qui", ["equipe", "invite"])
def test_an_answer_that_changed_meanwhile_is_read_again(
    qui: str, mosaique: Mosaique, lien: LienInvite, referente: Utilisateur, connecte: Connecte
) -> None:
    repondre(lien)
    if qui == "equipe":
        fabrique.repondre(mosaique, "A1", 1, commentaire="Le nôtre")
    else:
        repondre(lien, niveau=4, version=1)
    reponse = connecte(referente).post(f"{ENJEU}liens/{lien.pk}/", saisie(0, version_invitee="1"))
    assert reponse.status_code == 409
    assert "vient de changer" in reponse.content.decode()
    assert ReponseInvitee.objects.get().etat == "a_relire"
    assert celle_qui_compte(mosaique).niveau == (1 if qui == "equipe" else None)


def test_a_broken_choice_is_shown_again(lien: LienInvite, referente: Utilisateur, connecte: Connecte) -> None:
    repondre(lien)
    client = connecte(referente)
    assert client.post(f"{ENJEU}liens/{lien.pk}/", saisie(0)).status_code == 422
    assert client.post(f"{ENJEU}liens/{lien.pk}/", saisie(0, niveau="9", version_invitee="1")).status_code == 422


def test_the_referente_sets_aside_with_a_word(
    mosaique: Mosaique, lien: LienInvite, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    assert client.get(f"{ENJEU}liens/{lien.pk}/").status_code == 404
    with pytest.raises(TransitionRefusee, match="Aucune réponse"):
        actions.ecarter(lien, motif="", par=referente)
    repondre(lien)
    long = client.post(f"{ENJEU}liens/{lien.pk}/ecarter/", {"motif": "x" * 501}, follow=True)
    assert "trop long" in long.content.decode()
    suite = client.post(f"{ENJEU}liens/{lien.pk}/ecarter/", {"motif": "Déjà compté ailleurs."}, follow=True)
    assert "est écartée" in suite.content.decode()
    assert celle_qui_compte(mosaique).niveau is None
    assert Courriel.objects.filter(a=[CAMILLE], texte__contains="Déjà compté ailleurs.").exists()
    again = client.post(f"{ENJEU}liens/{lien.pk}/ecarter/", {"motif": ""}, follow=True)
    assert "Impossible" in again.content.decode()


def test_an_answer_given_before_the_link_was_revoked_is_still_read_again(
    mosaique: Mosaique, enjeu: EnjeuLu, lien: LienInvite, referente: Utilisateur, connecte: Connecte
) -> None:
    repondre(lien)
    actions.revoquer(lien, par=referente, a=timezone.now())
    page = connecte(referente).get(f"{ENJEU}confier/").content.decode()
    assert "Lien révoqué le" in page
    assert f"{ENJEU}liens/{lien.pk}/" in page
    with pytest.raises(VersionPerimee):
        actions.accepter(lien, Saisie(3, {}, "", 0), 7, par=referente, a=timezone.now())
    services = {s.code: {"statut": "pas_fait"} for s in arbre(mosaique.version).enjeux[0].services}
    actions.accepter(lien, Saisie(3, services, "", 0), 1, par=referente, a=timezone.now())
    assert celle_qui_compte(mosaique).niveau == 3
