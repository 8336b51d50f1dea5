"""What a visitor asks for, and the rows that answer."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import ACos, Cos, Greatest, Least, Radians, Sin

from atlaas.models import Entree, Facette, SansAccents
from atlaas.recherche.calculs import abscisse, ordonnee, reperes_du_cadre
from atlaas.recherche.queries.debuts import debut

_DERNIER_MOT = re.compile(r"(?:^|(?<=\s))\w{2,}$")
_EXCLU = re.compile(r"(?:^|(?<=\s))-\S+")
RAYON_TERRE = 6371.0  # km
DEGRE = 111.2  # km of a degree of latitude


@dataclass(frozen=True, slots=True)
class Lieu:
    """A point (degrees, WGS 84) and how far around it one looks, in kilometres."""

    latitude: float
    longitude: float
    rayon: float
    nom: str = ""


@dataclass(frozen=True, slots=True)
class Criteres:
    """Words, one choice at most of each facet, and a place. ``choix``: {Genre value: code}."""

    q: str = ""
    choix: Mapping[str, str] = field(default_factory=dict)
    lieu: Lieu | None = None

    @property
    def est_vide(self) -> bool:
        return not (self.q or self.choix or self.lieu)


def requete_de(q: str) -> SearchQueryCombinable:
    """Words as in a web search (quotes, or, minus), accents and case ignored; the last word may be unfinished."""

    def websearch(texte: str) -> SearchQuery:
        return SearchQuery(SansAccents(Value(texte)), config="french", search_type="websearch")

    dernier = _DERNIER_MOT.search(q)
    if dernier is None or q.count('"') % 2:
        return websearch(q)
    prefixe = debut(dernier[0])
    reste = q[: dernier.start()].strip()
    return websearch(q) | (websearch(reste) & prefixe if reste else prefixe)


def sans_les_exclus(q: str) -> str:
    """The words wanted, without those set aside: what ranks and what is marked."""
    return _EXCLU.sub(" ", q).strip()


def cles_des_choix(criteres: Criteres) -> dict[str, int]:
    """{Genre value: key of the choice}, without the choices that are no fiche's; one query, none without a choice."""
    voulus = Q()
    for genre, code in criteres.choix.items():
        voulus |= Q(genre=genre, code=code)
    return dict(Facette.objects.filter(voulus).order_by("pk").values_list("genre", "pk")) if criteres.choix else {}


def entrees(
    criteres: Criteres, cles: Mapping[str, int], *, sauf: str = "", a_prevoir: bool = False
) -> QuerySet[Entree]:
    """The rows that answer, in no order; ``cles`` as ``cles_des_choix`` gives them, the facet ``sauf`` set aside.

    ``a_prevoir``: about these, said so that the planner sees how many they are.
    """
    lignes = Entree.objects.all()
    if criteres.q:
        lignes = lignes.filter(recherche=requete_de(criteres.q))
    genres = [genre for genre in criteres.choix if genre != sauf]
    if any(genre not in cles for genre in genres):
        return lignes.none()
    if genres:
        lignes = lignes.filter(facettes__contains=[cles[genre] for genre in genres])
    return _autour(lignes, criteres.lieu, a_prevoir=a_prevoir) if criteres.lieu else lignes


def distance(lieu: Lieu) -> object:
    """Kilometres to a row's point, as the crow flies (great circle)."""
    phi, autre = Radians(Value(lieu.latitude)), Radians("latitude")
    cosinus = Sin(phi) * Sin(autre) + Cos(phi) * Cos(autre) * Cos(Radians("longitude") - Radians(Value(lieu.longitude)))
    return ACos(Least(Greatest(cosinus, Value(-1.0)), Value(1.0))) * RAYON_TERRE


def _autour(lignes: QuerySet[Entree], lieu: Lieu, *, a_prevoir: bool) -> QuerySet[Entree]:
    """Squares first, which an index answers, then the box, then the circle."""
    hauteur = lieu.rayon / DEGRE
    largeur = hauteur / max(0.05, math.cos(math.radians(lieu.latitude)))
    ouest, est = lieu.longitude - largeur, lieu.longitude + largeur
    sud, nord = lieu.latitude - hauteur, lieu.latitude + hauteur
    boite = lignes.filter(latitude__range=(sud, nord), longitude__range=(ouest, est))
    if a_prevoir:
        return boite
    if carreaux := reperes_du_cadre((abscisse(ouest), ordonnee(nord), abscisse(est), ordonnee(sud))):
        boite = boite.filter(reperes__overlap=carreaux)
    return boite.annotate(distance=distance(lieu)).filter(distance__lte=lieu.rayon)
