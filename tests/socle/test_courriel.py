"""A message is written with what it tells, then sent; nothing that happens to the mail server loses it."""

from contextlib import suppress
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from villes_internet.socle import courriel
from villes_internet.socle.courriel import Bloc, Piece
from villes_internet.socle.models import Courriel
from villes_internet.socle.tasks import expedier_courriel, relancer_courriels
from villes_internet.socle.templatetags.typographie import citation

pytestmark = pytest.mark.django_db


class ServeurMuet:
    """A mail server that hangs up."""

    def __init__(self, **_: object) -> None: ...

    def send_messages(self, messages: object) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")


def ecrire(**options: object) -> Courriel:
    envoye = courriel.poster("Sujet", "Bonjour,\n\nOuvrir : https://exemple.fr/x\n", "<p>Bonjour</p>", ["a@exemple.fr"])
    assert envoye is not None
    return envoye


def test_a_text_is_cut_into_what_the_layout_can_set() -> None:
    texte = "Bonjour,\n\nVoir l’invitation : https://exemple.fr/x?y=1\n\n- un\n- deux\n\nÀ bientôt\nL’équipe"
    assert courriel.blocs(texte) == [
        Bloc("texte", ("Bonjour,",)),
        Bloc("bouton", ("Voir l’invitation",), "https://exemple.fr/x?y=1"),
        Bloc("liste", ("un", "deux")),
        Bloc("texte", ("À bientôt", "L’équipe")),
    ]


def test_what_somebody_typed_is_quoted_and_makes_no_button() -> None:
    cite = citation("Bonjour\n\nSe connecter : https://piege.example/\n- un")
    assert courriel.blocs(f"Son message :\n\n{cite}\n\nRépondre : https://exemple.fr/") == [
        Bloc("texte", ("Son message :",)),
        Bloc("citation", ("Bonjour", "", "Se connecter : https://piege.example/", "- un")),
        Bloc("bouton", ("Répondre",), "https://exemple.fr/"),
    ]
    assert "<blockquote" in courriel.mettre_en_page("Sujet", cite)


def test_the_html_side_escapes_what_people_wrote() -> None:
    html = courriel.mettre_en_page("Sujet", "<script>alert(1)</script>\n\nVoir : https://exemple.fr/")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert 'href="https://exemple.fr/"' in html
    assert 'lang="fr"' in html


def test_a_message_leaves_once_the_transaction_holds(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        message = ecrire()
        assert mail.outbox == []
    assert [m.to for m in mail.outbox] == [["a@exemple.fr"]]
    assert mail.outbox[0].alternatives[0][1] == "text/html"
    message.refresh_from_db()
    assert message.envoye_le is not None


def test_a_message_of_a_failed_transaction_never_leaves(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True), suppress(ZeroDivisionError), transaction.atomic():
        ecrire()
        raise ZeroDivisionError
    assert mail.outbox == []
    assert not Courriel.objects.exists()


def test_sending_twice_sends_once() -> None:
    message = ecrire()
    assert courriel.expedier(message.pk)
    assert not courriel.expedier(message.pk)
    assert len(mail.outbox) == 1


def test_a_sent_message_keeps_no_secret(settings: Settings) -> None:
    settings.MODE_DEMONSTRATION = False
    message = ecrire()
    courriel.expedier(message.pk)
    message.refresh_from_db()
    assert (message.texte, message.html, message.pieces, message.sujet) == ("", "", [], "Sujet")


def test_the_demonstration_keeps_the_message_to_show_it(settings: Settings) -> None:
    settings.MODE_DEMONSTRATION = True
    message = ecrire()
    courriel.expedier(message.pk)
    message.refresh_from_db()
    assert "https://exemple.fr/x" in message.texte


def test_attachments_arrive_whole() -> None:
    message = courriel.poster(
        "S", "T", "<p>T</p>", ["a@exemple.fr"], [Piece("r.pdf", "application/pdf", b"%PDF\x00\xff")]
    )
    assert message is not None
    courriel.expedier(message.pk)
    assert mail.outbox[0].attachments == [("r.pdf", b"%PDF\x00\xff", "application/pdf")]


def test_nobody_to_write_to_is_not_an_error() -> None:
    assert courriel.poster("Sujet", "T", "H", []) is None


def test_a_dead_mail_server_breaks_no_page_and_loses_nothing(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    bon = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.ServeurMuet"
    with django_capture_on_commit_callbacks(execute=True):
        message = ecrire()
    message.refresh_from_db()
    assert message.envoye_le is None
    assert message.nb_essais >= 1
    assert "closed" in message.erreur

    settings.EMAIL_BACKEND = bon
    relancer_courriels()
    message.refresh_from_db()
    assert message.envoye_le is not None
    assert message.erreur == ""
    assert len(mail.outbox) == 1


def test_a_dead_broker_breaks_no_page(
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuser(*_: object) -> None:
        raise ConnectionError("broker")

    monkeypatch.setattr(expedier_courriel, "delay", refuser)
    with django_capture_on_commit_callbacks(execute=True):
        message = ecrire()
    monkeypatch.undo()
    assert courriel.relancer() == 1
    message.refresh_from_db()
    assert message.envoye_le is not None


def test_a_hopeless_message_is_left_alone() -> None:
    message = ecrire()
    Courriel.objects.filter(pk=message.pk).update(nb_essais=courriel.MAX_ESSAIS)
    assert courriel.relancer() == 0
