"""The links that their author should see again."""

from collections import Counter
from dataclasses import dataclass

from atlaas.liens.calculs import bilan_de, phrase
from atlaas.models import Action, Constat, LienDeFiche, LienDeFicheQuerySet
from villes_internet.socle.alphabet import CleAlphabetique
from villes_internet.territoires.models import Collectivite

MONTRES = 200


@dataclass(frozen=True, slots=True)
class Signalement:
    """A link, what was found of it, and the address that one click would write in its place."""

    lien: LienDeFiche

    @property
    def url(self) -> str:
        return self.lien.adresse.url

    @property
    def phrase(self) -> str:
        return phrase(self.url, bilan_de(self.lien.adresse), self.lien.adresse.code)

    @property
    def vers(self) -> str:
        return self.lien.adresse.vers if self.lien.adresse.constat == Constat.DEPLACE else ""


def _signalements(liens: LienDeFicheQuerySet) -> list[Signalement]:
    return [Signalement(lien) for lien in liens.select_related("action", "adresse")[:MONTRES]]


def signalements_de(fiche: Action) -> list[Signalement]:
    """Those of one fiche; one query."""
    return _signalements(LienDeFiche.objects.a_dire().filter(action=fiche).order_by("-place", "pk"))


def signalements_de_la_ville(ville: Collectivite) -> list[Signalement]:
    """Those of all its fiches, by title, at most ``MONTRES``; one query."""
    liens = LienDeFiche.objects.a_dire().filter(action__collectivite=ville)
    par_titre = (CleAlphabetique("action__titre"), "action", "-place", "pk")
    return _signalements(liens.order_by(*par_titre))


def nb_par_fiche(ville: Collectivite) -> Counter[int]:
    """{fiche: links to see again}; one query."""
    return Counter(LienDeFiche.objects.a_dire().filter(action__collectivite=ville).values_list("action", flat=True))
