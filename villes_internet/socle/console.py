"""Messages on the terminal of a demonstration: to whom, what about, and the text alone."""

from typing import Any

from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    def write_message(self, message: Any) -> None:
        self.stream.write(f"\n✉ {', '.join(message.to)} : {message.subject}\n\n{message.body}\n")
