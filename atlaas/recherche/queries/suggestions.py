"""Around the results: what else bears these words, another spelling, and a way on when nothing answers."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.text import slugify
from rapidfuzz import fuzz, process

from atlaas.models import Genre, MotConnu
from atlaas.recherche.queries.comptes import Choix, Comptes
from atlaas.recherche.queries.criteres import Criteres
from villes_internet.referentiel.queries import Arbre
from villes_internet.territoires.queries import Resultat, rechercher

NB = 4
RESSEMBLANCE = 74  # on 100, rapidfuzz's ratio: « mediateque » is at 95 of « mediatheque », « velo » at 44 of « vente »
DUREE = 600  # seconds for which a process keeps the vocabulary
MOT = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Ailleurs:
    """What bears the words asked for, other than fiches: links to the same search narrowed, and to towns."""

    collectivites: tuple[Resultat, ...] = ()
    choix: tuple[tuple[str, str, str], ...] = ()  # (genre, code, label)

    def __bool__(self) -> bool:
        return bool(self.collectivites or self.choix)


def ailleurs(q: str, arbre: Arbre | None, outils: Iterable[Choix]) -> Ailleurs:
    """Towns, enjeux, services and tools (of those that the results name); two queries, none without words."""
    mots = _mots(q)
    if not mots:
        return Ailleurs()
    enjeux = arbre.enjeux if arbre else ()
    choix = [(Genre.ENJEU.value, e.code, e.nom) for e in enjeux if _porte(e.nom, mots)][:NB]
    choix += [(Genre.SERVICE.value, s.code, s.nom) for e in enjeux for s in e.services if _porte(s.nom, mots)][:NB]
    choix += [(Genre.OUTIL.value, o.code, o.libelle) for o in outils if _porte(o.libelle, mots)][:NB]
    return Ailleurs(tuple(rechercher(q, NB)), tuple(choix))


def _mots(texte: str) -> list[str]:
    return [mot for mot in slugify(texte.replace("’", " ").replace("'", " ")).split("-") if len(mot) > 1]


def _porte(nom: str, mots: Iterable[str]) -> bool:
    """Every word begins one of the name's, the plural ignored."""
    siens = _mots(nom)
    return all(any(sien.startswith(mot.rstrip("sx") or mot) for sien in siens) for mot in mots)


@lru_cache(maxsize=1)
def _vocabulaire(_tranche: int) -> dict[str, str]:
    """{key without accents: word as it is written}."""
    return dict(MotConnu.objects.order_by("cle").values_list("cle", "mot"))


def autre_orthographe(q: str) -> str:
    """The query with its unknown words replaced by the nearest known ones, "" when there is nothing to mend."""
    connus = _vocabulaire(int(time.monotonic() // DUREE))
    return _corriger(q, connus)


def _corriger(q: str, connus: Mapping[str, str]) -> str:
    def corriger(trouve: re.Match[str]) -> str:
        cle = "".join(_mots(trouve[0]))
        est_dernier = trouve.end() == len(q.rstrip())
        if len(cle) < 4 or _est_connu(cle, connus, est_inacheve=est_dernier):
            return trouve[0]
        proche = process.extractOne(cle, connus.keys(), scorer=fuzz.ratio, score_cutoff=RESSEMBLANCE)
        return connus[proche[0]] if proche else trouve[0]

    corrige = MOT.sub(corriger, q)
    return "" if corrige == q else corrige


def _est_connu(cle: str, connus: Mapping[str, str], *, est_inacheve: bool) -> bool:
    """As it is, in the other number, or as the beginning of a word when more may still be typed."""
    if cle in connus or f"{cle}s" in connus or cle.rstrip("s") in connus:
        return True
    return est_inacheve and any(connu.startswith(cle) for connu in connus)


def sans_un_critere(criteres: Criteres, comptes: Mapping[str, Comptes]) -> dict[str, int]:
    """{chosen Genre: what one finds without it}, where that is something; no query."""
    return {genre: comptes[genre].total for genre in criteres.choix if comptes[genre].total}


def un_seul_mot(q: str) -> str:
    """The same words, any of which is enough; "" when there is only one."""
    mots = MOT.findall(q)
    return " or ".join(mots) if len(mots) > 1 and " or " not in q.lower() else ""
