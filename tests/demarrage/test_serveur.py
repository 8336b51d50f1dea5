"""An address too long is refused by the server in French, before the application."""

import logging
import runpy
import socket

import pytest
from django.conf import settings
from gunicorn.config import Config
from gunicorn.http.errors import InvalidHeader, LimitRequestLine

from villes_internet.serveur import Ouvrier


def refus(erreur: Exception) -> str:
    ici, la = socket.socketpair()
    ouvrier = Ouvrier.__new__(Ouvrier)
    ouvrier.cfg, ouvrier.log = Config(), logging.getLogger("essai")
    with ici, la:
        ouvrier.handle_error(None, ici, ("127.0.0.1", 0), erreur)
        ici.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: la.recv(4096), b"")).decode()


def test_a_long_address_is_refused_in_french() -> None:
    entete, _, corps = refus(LimitRequestLine(9_000, 4_094)).partition("\r\n\r\n")
    assert entete.startswith("HTTP/1.1 414 ")
    assert f"Content-Length: {len(corps.encode())}" in entete
    assert "Cette adresse est trop longue" in corps


@pytest.mark.parametrize("erreur", [InvalidHeader("x")])
def test_the_rest_is_the_library_s(erreur: Exception) -> None:
    assert refus(erreur).startswith("HTTP/1.1 400 ")


def test_the_server_reads_it_where_it_starts() -> None:
    lu = runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))
    assert lu["worker_class"] == f"{Ouvrier.__module__}.{Ouvrier.__name__}"
