"""A visit to an address that anyone may have written: public places only, a bounded time, a bounded reading.

The name is resolved here and the connection made to the very address that was checked, so that no second answer of the
name server leads elsewhere; each redirection is checked again. The body is never read. See ADR 0020.
"""

import http.client
import io
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic, sleep
from typing import Any
from urllib.parse import SplitResult, quote

from django.conf import settings

from atlaas.liens.calculs import PORTS, REDIRECTIONS, Etape, Visite, decoupee, suivante
from atlaas.models.liens import Constat

REDIRECTIONS_MAX = 5
BUDGET = 20.0  # seconds of a whole visit, waiting for one's turn aside
CONNEXION = 5.0  # seconds to connect, to one address
OCTETS = 32_000  # of an answer: its code and its headers
ADRESSES_ESSAYEES = 3
ECART = 2.0  # seconds between two requests to a site
SURS = "!#$%&'()*+,/:;=?@[]~"  # left as they are in a path
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Resolution = Callable[[str, int], list[str]]


class Echec(Exception):
    def __init__(self, constat: Constat) -> None:
        super().__init__(constat)
        self.constat = constat


def est_publique(adresse: str) -> bool:
    """Whether an IP address is anybody's to ask; one that carries an IPv4 address is judged by it."""
    ip = ipaddress.ip_address(adresse)
    if isinstance(ip, ipaddress.IPv6Address):
        portee = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            portee = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if portee is not None:
            return est_publique(str(portee))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def resoudre(hote: str, port: int) -> list[str]:
    """Every address of a name, as the system finds them; raises ``Echec``."""
    try:
        trouvees = socket.getaddrinfo(hote.encode("idna").decode(), port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise Echec(Constat.NOM_INCONNU) from None
    except socket.gaierror as erreur:  # EAI_AGAIN: the name server, not the name
        raise Echec(Constat.CONNEXION if erreur.errno == socket.EAI_AGAIN else Constat.NOM_INCONNU) from None
    return list(dict.fromkeys(str(ou[0]) for *_, ou in trouvees))


class Flux(io.RawIOBase):
    """What is read of a connection: until ``fin``, however slowly it comes, and ``OCTETS`` at most."""

    def __init__(self, prise: socket.socket, fin: float) -> None:
        self.prise, self.fin, self.reste = prise, fin, OCTETS

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        if not self.reste:
            raise http.client.HTTPException("answer too long")
        self.prise.settimeout(_reste(self.fin))
        lus = self.prise.recv_into(memoryview(tampon)[: self.reste])
        self.reste -= lus
        return lus


class Prise:
    """The three things that ``http.client`` asks of a socket."""

    def __init__(self, prise: socket.socket, fin: float) -> None:
        self.prise, self.fin = prise, fin
        self.close = prise.close

    def sendall(self, octets: bytes) -> None:
        self.prise.settimeout(_reste(self.fin))
        self.prise.sendall(octets)

    def makefile(self, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(Flux(self.prise, self.fin))


def _reste(fin: float) -> float:
    """Seconds left; raises ``TimeoutError`` when there are none."""
    reste = fin - monotonic()
    if reste <= 0:
        raise TimeoutError
    return reste


class Cadence:
    """One request at a time for a site, and ``ecart`` seconds between two."""

    def __init__(self, ecart: float = ECART) -> None:
        self.ecart = ecart
        self._garde = Lock()
        self._verrous: dict[str, Lock] = {}
        self._libres: dict[str, float] = {}

    @contextmanager
    def tour(self, hote: str) -> Iterator[None]:
        with self._garde:
            verrou = self._verrous.setdefault(hote, Lock())
        with verrou:
            sleep(max(0.0, self._libres.get(hote, 0.0) - monotonic()))
            try:
                yield
            finally:
                self._libres[hote] = monotonic() + self.ecart


@dataclass
class Visiteur:
    """``ouvertes``: (address, port) allowed besides, for a test's own server; no setting fills it."""

    ouvertes: frozenset[tuple[str, int]] = frozenset()
    resoudre: Resolution = resoudre
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    cadence: Cadence = field(default_factory=Cadence)
    budget: float = BUDGET

    def visiter(self, url: str) -> Visite:
        """Follow an address to its end; what is not of the open web is left where it stands. Never raises."""
        etapes: list[Etape] = []
        reste, lieu = self.budget, url
        ports = {*PORTS.values(), *(port for _, port in self.ouvertes)}
        while len(etapes) <= REDIRECTIONS_MAX:
            lue = decoupee(lieu, ports)
            if lue is None:
                return Visite(url, tuple(etapes))
            try:
                code, ailleurs, reste = self._demander(lue, reste)
            except Echec as echec:
                return Visite(url, tuple(etapes), echec.constat)
            vers = suivante(lieu, ailleurs) if ailleurs else ""
            etapes.append(Etape(lieu, code, vers))
            if not vers:
                return Visite(url, tuple(etapes))
            lieu = vers
        return Visite(url, tuple(etapes), Constat.BOUCLE)

    def _demander(self, lue: SplitResult, reste: float) -> tuple[int, str, float]:
        """HEAD, then GET where HEAD is not answered well: code, ``Location``, seconds left."""
        code, vers = 0, ""
        for methode in ("HEAD", "GET"):
            with self.cadence.tour(str(lue.hostname)):
                debut = monotonic()
                try:
                    code, vers = self._requete(methode, lue, debut + reste)
                except Echec as echec:
                    if methode == "GET" or echec.constat != Constat.CONNEXION:
                        raise
                reste -= monotonic() - debut
            if 0 < code < 400 or code == 429:
                break
        return code, vers, reste

    def _requete(self, methode: str, lue: SplitResult, fin: float) -> tuple[int, str]:
        try:
            with self._joindre(lue, fin) as prise:
                return _echanger(methode, lue, Prise(prise, fin))
        except TimeoutError:
            raise Echec(Constat.DELAI) from None
        except ssl.SSLCertVerificationError:
            raise Echec(Constat.CERTIFICAT) from None
        except (OSError, http.client.HTTPException, ValueError):
            raise Echec(Constat.CONNEXION) from None

    def _joindre(self, lue: SplitResult, fin: float) -> socket.socket:
        """A connection to an address of the name, all of them public."""
        hote, port = str(lue.hostname), lue.port or PORTS[lue.scheme]
        adresses = self.resoudre(hote, port)
        if not all(est_publique(ip) or (ip, port) in self.ouvertes for ip in adresses):
            raise Echec(Constat.INTERDIT)
        prise = _ouvrir(adresses, port, fin)
        if lue.scheme == "http":
            return prise
        prise.settimeout(_reste(fin))
        try:
            return self.tls.wrap_socket(prise, server_hostname=hote.encode("idna").decode())
        except BaseException:
            prise.close()
            raise


def _ouvrir(adresses: list[str], port: int, fin: float) -> socket.socket:
    erreur: OSError = ConnectionError()
    for adresse in adresses[:ADRESSES_ESSAYEES]:
        try:
            return socket.create_connection((adresse, port), timeout=min(CONNEXION, _reste(fin)))
        except OSError as essai:
            erreur = essai
    raise erreur


def _echanger(methode: str, lue: SplitResult, prise: Prise) -> tuple[int, str]:
    """The code and the ``Location`` of one answer, whose body is not read."""
    hote = lue.netloc.encode("idna").decode()
    chemin = quote(lue.path or "/", safe=SURS) + (f"?{quote(lue.query, safe=SURS)}" if lue.query else "")
    connexion = http.client.HTTPConnection(hote)
    connexion.sock = prise
    connexion.putrequest(methode, chemin, skip_host=True, skip_accept_encoding=True)
    entetes = {"Host": hote, "User-Agent": agent(), "Accept": "*/*", "Connection": "close"}
    if methode == "GET":
        entetes["Range"] = "bytes=0-0"
    for nom, valeur in entetes.items():
        connexion.putheader(nom, valeur)
    connexion.endheaders()
    reponse = connexion.getresponse()
    vers = reponse.getheader("Location", "") if reponse.status in REDIRECTIONS else ""
    return reponse.status, vers.encode("latin-1", "replace").decode("utf-8", "replace")


def agent() -> str:
    """Who asks, and where to read why."""
    return f"VillesInternet-verification-des-liens (+{settings.ADRESSE_PUBLIQUE}/pages/mentions-legales/)"
