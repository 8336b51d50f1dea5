"""The visitor against a site of this machine: what it asks, what it refuses, when it gives up."""

import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import pytest

from atlaas.liens import visite
from atlaas.liens.calculs import constater
from atlaas.liens.visite import Cadence, Echec, Visiteur, est_publique, resoudre
from atlaas.models.liens import Constat
from tests.atlaas.liens.serveur import CERTIFICAT, Site, ouvrir


@pytest.fixture(scope="module")
def ecoute() -> Iterator[Site]:
    with ouvrir() as site:
        yield site


@pytest.fixture(scope="module")
def sur() -> Iterator[Site]:
    with ouvrir(tls=True) as site:
        yield site


@pytest.fixture
def site(ecoute: Site) -> Site:
    ecoute.demandes.clear()
    return ecoute


@pytest.mark.parametrize(
    ("chemin", "constat"),
    [
        ("/", Constat.BON),
        ("/une page/été?q=œuf", Constat.BON),
        ("/tete/405", Constat.BON),
        ("/tete/403", Constat.BON),
        ("/tete/501", Constat.BON),
        ("/enorme", Constat.BON),
        ("/code/304", Constat.BON),
        ("/code/404", Constat.ABSENT),
        ("/code/410", Constat.ABSENT),
        ("/code/403", Constat.REFUS),
        ("/code/429", Constat.REFUS),
        ("/code/503", Constat.PANNE),
        ("/muet", Constat.CONNEXION),
        ("/charabia", Constat.CONNEXION),
        ("/entetes", Constat.CONNEXION),
        ("/boucle/1", Constat.BOUCLE),
        ("/code/301?/", Constat.DEPLACE),
        ("/code/308?/ailleurs", Constat.DEPLACE),
        ("/code/302?/ailleurs", Constat.BON),
        ("/code/301?/code/404", Constat.ABSENT),
        ("/code/301?http://[", Constat.BON),
        ("/code/301?ftp://ville.test/", Constat.BON),
        ("/code/301?http://moi:secret@ville.test/", Constat.BON),
        ("/code/301?http://ville.test:2222/", Constat.BON),
    ],
)
def test_what_is_found(chemin: str, constat: Constat, site: Site) -> None:
    assert constater(site.visiteur().visiter(site.url(chemin))) == constat


def test_it_says_who_it_is_and_keeps_no_cookie(site: Site) -> None:
    site.visiteur().visiter(site.url("/tete/405"))
    (tete, _, entetes), (lecture, _, suite) = site.demandes
    assert (tete, lecture, suite["Range"]) == ("HEAD", "GET", "bytes=0-0")
    assert entetes["Host"] == f"ville.test:{site.port}"
    assert entetes["User-Agent"].startswith("VillesInternet-verification-des-liens (+http")
    assert not {"Cookie", "Referer"} & {*entetes, *suite}


def test_where_the_permanent_redirections_lead(site: Site) -> None:
    def vers(chemin: str) -> str:
        return site.visiteur().visiter(site.url(chemin)).vers

    assert vers("/code/301?/code/308?/fin") == site.url("/fin")
    assert vers(f"/code/301?//autre.test:{site.port}/page#bas") == site.url("/page", "autre.test")
    assert vers("/code/302?/code/301?/") == ""


def test_five_redirections_and_no_more(site: Site) -> None:
    assert site.visiteur().visiter(site.url("/boucle/1")).echec == Constat.BOUCLE
    assert len(site.demandes) == 6


@pytest.mark.parametrize(
    "adresse",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "2002:7f00:1::", "2002:c0a8:101::1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2001:0:53aa:64c::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(adresse: str) -> None:
    assert not est_publique(adresse)
    ailleurs = Visiteur(resoudre=lambda hote, port: ["93.184.215.14", adresse])
    assert ailleurs.visiter("http://ville.test/").echec == Constat.INTERDIT


@pytest.mark.parametrize(
    "adresse", ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"]
)
def test_a_public_address_is_not(adresse: str) -> None:
    assert est_publique(adresse)


@pytest.mark.parametrize(
    "hote", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_this_machine_is_refused_under_all_its_names(hote: str) -> None:
    assert Visiteur().visiter(f"http://{hote}/").echec == Constat.INTERDIT


def test_a_redirection_into_the_private_network_is_refused(site: Site) -> None:
    """The cloud's metadata, a router, this machine on another port: the second place is checked like the first."""
    par_nom = {"ville.test": ["127.0.0.1"], "interne.test": ["10.0.0.7"]}
    visiteur = site.visiteur(resoudre=lambda hote, port: par_nom.get(hote, [hote]))
    for cible in ("http://169.254.169.254/latest/", "http://interne.test/", "http://127.0.0.1/"):
        assert visiteur.visiter(site.url(f"/code/302?{cible}")).echec == Constat.INTERDIT


def test_the_name_is_asked_once_and_its_answer_is_the_address_reached(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers a public address first and a private one then would not be asked the second time."""
    demandes: list[str] = []
    vraie = socket.getaddrinfo

    def seulement_chiffree(hote: Any, *reste: Any, **options: Any) -> Any:
        assert hote == "127.0.0.1"
        return vraie(hote, *reste, **options)

    def une_fois(hote: str, port: int) -> list[str]:
        demandes.append(hote)
        return ["127.0.0.1"]

    monkeypatch.setattr(socket, "getaddrinfo", seulement_chiffree)
    assert site.visiteur(resoudre=une_fois).visiter(site.url("/")).code == 200
    assert demandes == ["ville.test"]


def test_an_answer_that_drips_ends_with_the_time_of_the_visit(site: Site) -> None:
    debut = time.monotonic()
    assert site.visiteur(budget=0.15).visiter(site.url("/goutte")).echec == Constat.DELAI
    assert time.monotonic() - debut < 1


def test_a_huge_answer_is_not_read(site: Site) -> None:
    debut = time.monotonic()
    assert site.visiteur().visiter(site.url("/enorme")).code == 200
    assert time.monotonic() - debut < 1


def test_a_site_that_does_not_listen(site: Site) -> None:
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        port = libre.getsockname()[1]
    ferme = Site(port)
    assert ferme.visiteur().visiter(ferme.url("/")).echec == Constat.CONNEXION
    assert ferme.visiteur(budget=0).visiter(ferme.url("/")).echec == Constat.DELAI


class TestNoms:
    @pytest.mark.parametrize(
        ("erreur", "constat"), [(socket.EAI_NONAME, Constat.NOM_INCONNU), (socket.EAI_AGAIN, Constat.CONNEXION)]
    )
    def test_a_name_unknown_is_not_a_silent_name_server(
        self, erreur: int, constat: Constat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuser(*_: Any, **__: Any) -> Any:
            raise socket.gaierror(erreur, "")

        monkeypatch.setattr(socket, "getaddrinfo", refuser)
        assert Visiteur(cadence=Cadence(0)).visiter("http://ville.test/").echec == constat

    def test_a_name_that_cannot_be(self) -> None:
        with pytest.raises(Echec) as echec:
            resoudre(f"{'a' * 70}.fr", 80)
        assert echec.value.constat == Constat.NOM_INCONNU


class TestTls:
    def test_the_name_is_the_one_of_the_address_and_is_checked(self, sur: Site) -> None:
        confiance = ssl.create_default_context(cafile=str(CERTIFICAT))
        assert sur.visiteur(tls=confiance).visiter(sur.url("/")).code == 200
        assert sur.noms[-1] == "ville.test"
        autre = sur.visiteur(tls=confiance).visiter(sur.url("/", "autre.test"))
        assert autre.echec == Constat.CERTIFICAT

    def test_a_certificate_that_nobody_signed(self, sur: Site) -> None:
        assert sur.visiteur().visiter(sur.url("/")).echec == Constat.CERTIFICAT

    def test_a_site_that_does_not_speak_it(self, site: Site) -> None:
        assert site.visiteur().visiter(site.url("/").replace("http:", "https:")).echec == Constat.CONNEXION


def test_one_site_is_asked_with_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(visite, "sleep", pauses.append)
    cadence = Cadence(2)
    for hote in ("ville.test", "ville.test", "autre.test"):
        with cadence.tour(hote):
            pass
    assert pauses[0] == 0
    assert 1.9 < pauses[1] <= 2
    assert pauses[2] == 0
