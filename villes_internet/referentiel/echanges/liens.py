"""Faults of a correspondance: the links between the enjeux of two versions."""

from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from villes_internet.referentiel.echanges.schema import Faute, FichierRefuse, fautes_de_forme


def fautes(donnees: Any, anciens: Collection[str], nouveaux: Collection[str]) -> list[Faute]:
    """Everything to mend; ``anciens`` and ``nouveaux`` are the codes of the enjeux of the two versions."""
    de_forme = [faute for _, faute in fautes_de_forme(donnees, "correspondance")]
    return de_forme or list(_de_fond(donnees, anciens, nouveaux))


def verifier(donnees: Any, anciens: Collection[str], nouveaux: Collection[str]) -> None:
    if trouvees := fautes(donnees, anciens, nouveaux):
        raise FichierRefuse(trouvees)


def _de_fond(donnees: dict[str, Any], anciens: Collection[str], nouveaux: Collection[str]) -> list[Faute]:
    if donnees["ancienne"] == donnees["nouvelle"]:
        return [Faute("ancienne", "une version ne peut pas se correspondre à elle-même")]
    connus = {"ancienne": anciens, "nouvelle": nouveaux}
    if absentes := [
        Faute(cle, f"la version « {donnees[cle]} » n’existe pas : importez-la d’abord")
        for cle, codes in connus.items()
        if not codes
    ]:
        return absentes
    return [*_codes(donnees["liens"], anciens, nouveaux), *_sens(donnees["liens"], anciens)]


def _codes(liens: list[dict[str, Any]], anciens: Collection[str], nouveaux: Collection[str]) -> Iterator[Faute]:
    for rang, lien in enumerate(liens, start=1):
        for cle, codes in (("ancien", anciens), ("nouveau", nouveaux)):
            if lien[cle] is not None and lien[cle] not in codes:
                yield Faute(f"liens › n° {rang} › {cle}", f"l’enjeu « {lien[cle]} » n’existe pas")
        if Decimal(lien.get("poids", "1")) == 0:
            yield Faute(f"liens › n° {rang} › poids", "un lien sans poids ne dit rien : retirez-le")


def _sens(liens: list[dict[str, Any]], anciens: Collection[str]) -> Iterator[Faute]:
    """Every old enjeu has its fate, once, and one fate only."""
    for code in sorted(set(anciens) - {lien["ancien"] for lien in liens}):
        yield Faute("liens", f"il manque ce que devient l’ancien enjeu « {code} » (nouveau : null s’il est abandonné)")
    abandonnes = {lien["ancien"] for lien in liens if lien["nouveau"] is None}
    for (ancien, nouveau), nb in Counter((lien["ancien"], lien["nouveau"]) for lien in liens).items():
        if nb > 1:
            yield Faute("liens", f"le lien de « {ancien} » vers « {nouveau or 'rien'} » y est plusieurs fois")
        if nouveau is not None and ancien in abandonnes:
            yield Faute("liens", f"l’ancien enjeu « {ancien} » est à la fois abandonné et repris")
