"""A site of the tests, on this machine: one address a behaviour."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from atlaas.liens.visite import Cadence, Visiteur

CERTIFICAT = Path(__file__).with_name("ville.test.pem")


@dataclass
class Site:
    """``demandes``: (method, path, headers) of every request, in their order."""

    port: int
    schema: str = "http"
    demandes: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    noms: list[str | None] = field(default_factory=list)

    def url(self, chemin: str, hote: str = "ville.test") -> str:
        return f"{self.schema}://{hote}:{self.port}{chemin}"

    def visiteur(self, resoudre: Callable[[str, int], list[str]] | None = None, **autres: Any) -> Visiteur:
        """One who finds this site under any name, and may go there."""
        return Visiteur(
            ouvertes=frozenset({("127.0.0.1", self.port)}),
            resoudre=resoudre or (lambda hote, port: ["127.0.0.1"]),
            cadence=Cadence(0),
            **autres,
        )


class Reponse(BaseHTTPRequestHandler):
    """``/code/301?/vers`` answers 301 to ``/vers``; the other behaviours have a name."""

    site: Site

    def log_message(self, *_: object) -> None:
        pass

    def _dire(self, code: int, vers: str = "", corps: bytes = b"") -> None:
        self.send_response(code)
        if vers:
            self.send_header("Location", vers)
        self.send_header("Set-Cookie", "suivi=1")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(corps)

    def do_GET(self) -> None:
        self.site.demandes.append((self.command, self.path, dict(self.headers)))
        chemin, _, suite = self.path.partition("?")
        quoi, _, valeur = chemin.strip("/").partition("/")
        if quoi in {"code", "tete", "boucle"}:
            getattr(self, f"_{quoi}")(int(valeur), suite)
        elif quoi in {"enorme", "entetes", "goutte", "muet", "charabia"}:
            getattr(self, f"_{quoi}")()
        else:
            self._dire(200)

    do_HEAD = do_GET  # noqa: N815

    def _code(self, code: int, vers: str) -> None:
        self._dire(code, vers)

    def _tete(self, code: int, _: str) -> None:
        """HEAD is badly answered, GET well."""
        self._dire(code if self.command == "HEAD" else 206)

    def _boucle(self, n: int, _: str) -> None:
        self._dire(302, f"/boucle/{n + 1}")

    def _enorme(self) -> None:
        self._dire(200 if self.command == "GET" else 405, corps=b"x" * 50_000_000)

    def _entetes(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 900) for n in range(90)))

    def _muet(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def _charabia(self) -> None:
        self.wfile.write(b"220 smtp.ville.test\r\n")

    def _goutte(self) -> None:
        """A byte now and then: each wait is short, the whole has no end."""
        for _ in range(100):
            try:
                self.wfile.write(b"H")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)


@contextmanager
def ouvrir(*, tls: bool = False) -> Iterator[Site]:
    site = Site(0, "https" if tls else "http")
    serveur = ThreadingHTTPServer(("127.0.0.1", 0), type("Celle", (Reponse,), {"site": site}))
    serveur.daemon_threads = True
    serveur.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is the subject of the tests
    site.port = serveur.server_address[1]
    if tls:
        contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        contexte.load_cert_chain(CERTIFICAT)
        contexte.sni_callback = lambda _, nom, __: site.noms.append(nom)
        serveur.socket = contexte.wrap_socket(serveur.socket, server_side=True)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    fil.start()
    try:
        yield site
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()
