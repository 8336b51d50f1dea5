"""Real messages, text and HTML, kept in a development mailbox in demonstration mode."""

from collections.abc import Sequence

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.console import EmailBackend as Console
from django.core.mail.message import EmailMessage

from villes_internet.socle.models import CourrielGarde


class BoiteDeDemonstration(Console):
    """Prints each message to the console and keeps it for the page ``/developpement/courriels/``."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            html = ""
            if isinstance(message, EmailMultiAlternatives):
                html = next((str(a[0]) for a in message.alternatives if a[1] == "text/html"), "")
            CourrielGarde.objects.create(
                a=", ".join(message.recipients()), sujet=message.subject, texte=str(message.body), html=html
            )
        return super().send_messages(email_messages) or 0
