"""What a visit means, and the words for it; no database, no network."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.formats import date_format
from django.utils.timezone import localtime
from markdown_it import MarkdownIt

from atlaas.models.liens import TOUT_DE_SUITE, URL_MAX, AdresseLiee, Constat

PORTS = {"http": 80, "https": 443}
ABSENTES = {404, 410}
PERMANENTES = {301, 308}
REDIRECTIONS = {301, 302, 303, 307, 308}


class Lecteur(MarkdownIt):
    """Reads links as they are typed, so that they can be found again in the text."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  the library's name
        return url


_LECTEUR = Lecteur("commonmark", {"html": False}).disable("image")


@dataclass(frozen=True, slots=True)
class Etape:
    """One answer on the way: the address asked, its code, and where it sends, "" when it sends nowhere."""

    url: str
    code: int
    vers: str = ""


@dataclass(frozen=True, slots=True)
class Visite:
    """The answers in their order; ``echec`` when the way did not end by an answer."""

    url: str
    etapes: tuple[Etape, ...] = ()
    echec: Constat | None = None

    @property
    def code(self) -> int | None:
        return None if self.echec or not self.etapes else self.etapes[-1].code

    @property
    def vers(self) -> str:
        """Where the permanent redirections from the start lead: after a temporary one, nothing is for good."""
        lieu = self.url
        for etape in self.etapes:
            if etape.code not in PERMANENTES or not etape.vers:
                break
            lieu = etape.vers
        return "" if meme_lieu(lieu, self.url) else lieu


@dataclass(frozen=True, slots=True)
class Bilan:
    """What is known of an address after its last visit; ``depuis_le`` is None while it is good."""

    constat: str = Constat.BON
    vers: str = ""
    depuis_le: datetime | None = None
    nb_de_suite: int = 0


def bilan_de(adresse: AdresseLiee) -> Bilan:
    return Bilan(adresse.constat, adresse.vers, adresse.depuis_le, adresse.nb_de_suite)


def decoupee(url: str, ports: Collection[int] = frozenset(PORTS.values())) -> SplitResult | None:
    """The parts of an address of the web that everyone may ask: usual port, no password in it; None otherwise."""
    try:
        lue = urlsplit(url)
        usuelle = lue.scheme in PORTS and (PORTS[lue.scheme] if lue.port is None else lue.port) in ports
    except ValueError:
        return None
    return lue if usuelle and lue.hostname and "@" not in lue.netloc else None


def _reduite(url: str) -> tuple[str, str, str]:
    lue = urlsplit(url)
    return (lue.hostname or "").removeprefix("www."), lue.path.rstrip("/"), lue.query


def meme_lieu(une: str, autre: str) -> bool:
    """The same but for https, « www. », a last slash or the anchor: nobody has to mend that."""
    return _reduite(une) == _reduite(autre)


def mene_a_l_accueil(url: str, vers: str) -> bool:
    """A page that became the door of a site has most likely disappeared."""
    return bool(vers) and not urlsplit(vers).path.strip("/") and bool(urlsplit(url).path.strip("/"))


def suivante(url: str, vers: str) -> str:
    """The address of a redirection, told in full or from the page; "" when it cannot be read."""
    try:
        return urljoin(url, vers).partition("#")[0]
    except ValueError:
        return ""


def constater(visite: Visite) -> Constat:
    code = visite.code
    if visite.echec or code is None:
        return visite.echec or Constat.BON
    if code in ABSENTES:
        return Constat.ABSENT
    if code >= 400:
        return Constat.PANNE if code >= 500 else Constat.REFUS
    arrivee = code < 300 and visite.vers and len(visite.vers) <= URL_MAX
    return Constat.DEPLACE if arrivee else Constat.BON


def _famille(constat: str) -> str:
    """Findings of one kind count together, in a row; a name unknown, with itself only."""
    return constat if constat in {Constat.BON, Constat.NOM_INCONNU, *TOUT_DE_SUITE} else "incertain"


def suivre(avant: Bilan, visite: Visite, a: datetime) -> Bilan:
    """What is known now. An episode begins when the address ceases to be good, or leads to another place."""
    constat = constater(visite)
    if constat == Constat.BON:
        return Bilan(nb_de_suite=avant.nb_de_suite + 1 if avant.constat == Constat.BON else 1)
    vers = visite.vers if constat == Constat.DEPLACE else ""
    continue_ = avant.depuis_le is not None and avant.vers == vers
    de_suite = avant.nb_de_suite + 1 if continue_ and _famille(avant.constat) == _famille(constat) else 1
    return Bilan(constat, vers, avant.depuis_le if continue_ else a, de_suite)


def phrase(url: str, bilan: Bilan, code: int | None) -> str:
    """What the author reads; where a moved link leads is written after it."""
    if bilan.constat == Constat.DEPLACE:
        if mene_a_l_accueil(url, bilan.vers):
            return "Ce lien mène maintenant à l’accueil du site : la page a sans doute disparu."
        return "Ce lien mène maintenant à une autre adresse."
    if bilan.constat == Constat.INTERDIT:
        return "Ce lien mène à une adresse privée : personne ne peut l’ouvrir hors de votre réseau."
    depuis = f"depuis le {date_format(localtime(bilan.depuis_le), 'j F Y')}"
    cause = str(Constat(bilan.constat).label) + (f" (réponse {code})" if code else "")
    if bilan.constat in {Constat.ABSENT, Constat.NOM_INCONNU}:
        return f"Ce lien ne répond plus {depuis} : {cause}."
    return f"Ce lien n’a pas pu être vérifié {depuis} : {cause}. Ouvrez-le pour vous en assurer."


def liens_du_texte(markdown: str) -> list[str]:
    """Addresses that a Markdown text links to and that can be visited, once each, in their order."""
    if "http" not in markdown:
        return []
    jetons = _LECTEUR.parse(markdown)
    cibles = (str(enfant.attrGet("href")) for jeton in jetons for enfant in jeton.children or () if enfant.tag == "a")
    return [url for url in dict.fromkeys(cibles) if est_verifiable(url)]


def est_verifiable(url: str) -> bool:
    return len(url) <= URL_MAX and decoupee(url) is not None


def remplacer_dans(markdown: str, url: str, vers: str) -> str:
    """The text with ``vers`` where it links to ``url``, and not where ``url`` only begins another address."""
    return re.sub(rf"{re.escape(url)}(?=[\s)>]|$)", lambda _: vers, markdown)
