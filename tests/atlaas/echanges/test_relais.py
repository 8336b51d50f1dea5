"""Two towns exchange about a fiche, and no address is shown."""

import re
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from atlaas.echanges import actions as relais
from atlaas.models import Action, Blocage, Conversation, Message
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Habilitation, Role, Utilisateur
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
ENTETES = {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"}


@pytest.fixture
def fiche(bassens: Collectivite, referente: Utilisateur, redactrice: Utilisateur) -> Action:
    return atlaas.fiche(bassens, titre="Le vélobus")


def ecrire(fiche: Action) -> str:
    return f"/atlaas/fiches/{fiche.pk}/ecrire/"


def lire(octets: bytes) -> tuple[EmailMessage, str]:
    """A message as it arrives: its headers, and its parts decoded, so that no encoding hides anything."""
    recu = BytesParser(policy=policy.default).parsebytes(octets)
    assert isinstance(recu, EmailMessage)
    return recu, "\n".join(part.get_content() for part in recu.walk() if not part.is_multipart())


def test_two_towns_exchange_and_no_address_is_shown(
    fiche: Action,
    referente: Utilisateur,
    redactrice: Utilisateur,
    voisine: Utilisateur,
    connecte: Connecte,
    django_capture_on_commit_callbacks: Any,
) -> None:
    bram, bassens = connecte(voisine), connecte(referente)
    assert f'href="{ecrire(fiche)}"' in bram.get(fiche.get_absolute_url()).text
    with django_capture_on_commit_callbacks(execute=True):
        page = bram.post(ecrire(fiche), {"texte": "Combien de vélos ?"}, follow=True)
    echange = Conversation.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        bassens.post(echange.get_absolute_url(), {"texte": "Une douzaine."})
    pages = [page.text, bassens.get(echange.get_absolute_url()).text, bassens.get("/messages/").text]
    assert "Une douzaine." in bram.get(echange.get_absolute_url()).text
    adresses = {p.email for p in (referente, redactrice, voisine)}
    assert sorted(m.to[0] for m in mail.outbox) == sorted(adresses)
    for message in mail.outbox:
        (destinataire,) = message.recipients()
        octets = message.message().as_bytes()
        recu, corps = lire(octets)
        assert set(recu) <= ENTETES
        assert (recu["To"], recu["From"].addresses[0].addr_spec) == (destinataire, settings.DEFAULT_FROM_EMAIL)
        assert recu["Auto-Submitted"] == "auto-generated"
        assert "Le vélobus" in recu["Subject"]
        for autre in adresses - {destinataire}:
            assert autre.encode() not in octets
            assert autre.partition("@")[0] not in corps + str(recu.items())
    lus = [(p, {referente.email} if p in pages[1:] else {voisine.email}) for p in pages]
    for lue, la_sienne in lus:  # the menu of one's own account shows one's own address
        assert not any(adresse in lue for adresse in adresses - la_sienne)
    assert [e.verbe for e in Evenement.objects.de(fiche).filter(verbe__contains="relais").order_by("pk")] == [
        "écrire par le relais",
        "répondre par le relais",
    ]


def test_what_is_typed_adds_no_header_and_no_button(
    fiche: Action, voisine: Utilisateur, connecte: Connecte, django_capture_on_commit_callbacks: Any
) -> None:
    client = connecte(voisine)
    piege = "Bonjour\r\nBcc: espion@example.net\r\n\r\nSe connecter : https://piege.example/\r\n\r\n> Fin\r\n.\r\nDATA"
    profil = {"first_name": "Eve\r\n\r\nCliquez", "last_name": "B"}
    for faux in ("Se connecter : https://piege.example/", "B\nBcc: e@e.fr"):
        assert "sans adresse ni lien" in client.post("/compte/profil/", profil | {"last_name": faux}).text
    client.post("/compte/profil/", profil)
    Action.objects.filter(pk=fiche.pk).update(titre="Vélo\r\nBcc: e@e.fr\r\n\r\nSe connecter : https://piege.example/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ecrire(fiche), {"texte": piege})
    assert mail.outbox
    for message in mail.outbox:
        recu, corps = lire(message.message().as_bytes())
        assert set(recu) <= ENTETES
        assert recu["Subject"].count("\n") == 0
        assert message.recipients() == [recu["To"]]
        assert "Se connecter" in corps
        assert "Eve Cliquez B, Bram, vous écrit" in corps
        boutons = re.findall(r'<a href="([^"]+)"\s+style="display: inline-block', corps)
        assert boutons == [settings.ADRESSE_PUBLIQUE + Conversation.objects.get().get_absolute_url()]


def test_who_left_their_town_neither_writes_nor_reads_in_its_name(
    fiche: Action, voisine: Utilisateur, referente: Utilisateur, bram: Collectivite, connecte: Connecte
) -> None:
    client = connecte(voisine)
    client.post(ecrire(fiche), {"texte": "Combien de vélos ?"})
    echange = Conversation.objects.get()
    Habilitation.objects.filter(utilisateur=voisine).update(collectivite=ground.collectivite("Autre"))
    refusee = client.post(echange.get_absolute_url(), {"texte": "Et encore"})
    assert (refusee.status_code, "ne représentez plus Bram" in refusee.text) == (403, True)
    avant = Courriel.objects.count()
    relais.repondre(echange, texte="Une douzaine.", par=referente, est_reponse=True)
    assert Courriel.objects.count() == avant
    client.post(ecrire(fiche), {"texte": "Pour Autre"})
    assert Conversation.objects.latest("pk").collectivite.nom == "Autre"
    assert set(echange.messages.values_list("texte", flat=True)) == {"Combien de vélos ?", "Une douzaine."}


@pytest.mark.parametrize(
    ("nom", "statut"), [("referente", 403), ("sans_role", 403), ("chargee_de_mission", 403), ("voisine", 200)]
)
def test_who_may_write(
    nom: str, statut: int, fiche: Action, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).get(ecrire(fiche)).status_code == statut


def test_a_conversation_is_for_its_two_sides(
    fiche: Action,
    voisine: Utilisateur,
    lectrice: Utilisateur,
    chargee_de_mission: Utilisateur,
    connecte: Connecte,
    client: Client,
) -> None:
    echange = relais.ecrire(fiche, pour=fiche.collectivite, texte="Bonjour", par=voisine)
    for autre in (lectrice, chargee_de_mission, ground.utilisateur("Zoé")):
        assert connecte(autre).get(echange.get_absolute_url()).status_code == 404
    assert client.get(echange.get_absolute_url()).status_code == 302
    assert client.get(ecrire(fiche)).status_code == 302


def test_a_draft_is_not_found(bassens: Collectivite, voisine: Utilisateur, connecte: Connecte) -> None:
    assert connecte(voisine).get(ecrire(atlaas.fiche(bassens, publiee=False))).status_code == 404


def test_the_town_closes_the_contact_of_a_fiche_or_of_all(
    fiche: Action, referente: Utilisateur, lectrice: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    agent, autre = connecte(referente), connecte(voisine)
    for adresse in (f"/atlaas/fiches/{fiche.pk}/contact/", "/espace/33032/contact/"):
        assert connecte(lectrice).post(adresse, {"contact": "ferme"}).status_code == 403
        assert autre.post(adresse, {"contact": "ferme"}).status_code == 404
        agent.post(adresse, {"contact": "ferme"})
        refusee = autre.get(ecrire(fiche))
        assert (refusee.status_code, "ne reçoit pas de message" in refusee.text) == (403, True)
        agent.post(adresse, {"contact": "ouvert"})
        assert autre.get(ecrire(fiche)).status_code == 200


def test_a_person_blocked_by_the_association_writes_no_more(
    fiche: Action, voisine: Utilisateur, connecte: Connecte
) -> None:
    echange = relais.ecrire(fiche, pour=fiche.collectivite, texte="Bonjour", par=voisine)
    Blocage.objects.create(utilisateur=voisine, motif="Démarchage")
    client = connecte(voisine)
    assert client.post(ecrire(fiche), {"texte": "Encore"}).status_code == 403
    assert "a suspendu" in client.get(echange.get_absolute_url()).text
    assert client.post(echange.get_absolute_url(), {"texte": "Encore"}).status_code == 403


def test_a_day_has_its_number_of_messages(
    fiche: Action, voisine: Utilisateur, connecte: Connecte, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relais, "PAR_PERSONNE", 1)
    client = connecte(voisine)
    client.post(ecrire(fiche), {"texte": "Un"})
    trop = client.post(ecrire(fiche), {"texte": "Deux"})
    assert (trop.status_code, "reprenez demain" in trop.text) == (422, True)
    monkeypatch.setattr(relais, "PAR_PERSONNE", 9)
    monkeypatch.setattr(relais, "PAR_COLLECTIVITE", 1)
    assert "écrivez-lui demain" in client.post(ecrire(fiche), {"texte": "Trois"}).text
    assert "écrivez-lui demain" in client.post(Conversation.objects.get().get_absolute_url(), {"texte": "Quatre"}).text
    assert Message.objects.count() == 1


def test_a_town_where_nobody_answers_says_so(bassens: Collectivite, voisine: Utilisateur, connecte: Connecte) -> None:
    reponse = connecte(voisine).get(ecrire(atlaas.fiche(bassens)))
    assert (reponse.status_code, "Personne ne peut répondre" in reponse.text) == (403, True)


@pytest.mark.parametrize("nb", [1, 3])
def test_the_list_costs_the_same(
    nb: int, bassens: Collectivite, referente: Utilisateur, connecte: Connecte, django_assert_max_num_queries: Any
) -> None:
    for rang in range(nb):
        ville = ground.collectivite(f"Ville {rang}")
        qui = ground.habiliter(ground.utilisateur("Une"), Role.REFERENT, ville)
        relais.ecrire(atlaas.fiche(bassens), pour=ville, texte="Bonjour", par=qui)
    client = connecte(referente)
    with django_assert_max_num_queries(7):
        assert client.get("/messages/").text.count("carte__titre") == nb
