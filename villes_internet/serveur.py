"""What the web server itself refuses, said in French: the application is not asked."""

from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

TROP_LONGUE = """<!DOCTYPE html>
<html lang="fr">
  <head><meta charset="utf-8"><title>Adresse trop longue · Villes Internet</title></head>
  <body>
    <h1>Cette adresse est trop longue</h1>
    <p>Une recherche tient en 200 caractères : <a href="/atlaas/">recommencez-la dans l’Atlaas</a>.</p>
  </body>
</html>
""".encode()
ENTETE = (
    "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    f"Content-Length: {len(TROP_LONGUE)}\r\n\r\n"
).encode()


class Ouvrier(ThreadWorker):
    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """A request line of more than 4,094 bytes; everything else as the library does."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Request line too long")
        client.sendall(ENTETE + TROP_LONGUE)
