"""Faults of substance: what a schema cannot say. Each control runs only where the shape of what it reads is right."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from villes_internet.referentiel.calculs import AROBASES_MAX, FAITS
from villes_internet.referentiel.echanges.schema import (
    Faute,
    FichierRefuse,
    fautes_de_forme,
    nom_du_niveau,
    nombre_en_lettres,
)

Donnees = Mapping[str, Any]
STATUTS_CONNUS = {"non_renseigne": "sans réponse", "non_concerne": "mis à part"}


def fautes(donnees: Any) -> list[Faute]:
    """Everything to mend in a version's file, shape first; empty when it can be imported."""
    de_forme = fautes_de_forme(donnees)
    trouvees = [faute for _, faute in de_forme]
    if not isinstance(donnees, Mapping):
        return trouvees
    abimees = {section for section, _ in de_forme}
    for sections, controle in CONTROLES:
        if not abimees.intersection(sections) and all(section in donnees for section in sections):
            trouvees += controle(donnees)
    return [*trouvees, *_textes(donnees)]


def verifier(donnees: Any) -> None:
    """Raises ``FichierRefuse`` with every fault of a version's file."""
    if trouvees := fautes(donnees):
        raise FichierRefuse(trouvees)


def enjeux_de(donnees: Donnees) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """(family, enjeu) pairs in order."""
    return ((famille, enjeu) for famille in donnees["familles"] for enjeu in famille["enjeux"])


def nb_thematiques(donnees: Donnees) -> int:
    """Enjeux outside the transversal families: those that the gates count."""
    return sum(not famille["transversale"] for famille, _ in enjeux_de(donnees))


def _doublons(lieu: str, codes: Iterable[str]) -> Iterator[Faute]:
    for code, nb in Counter(codes).items():
        if nb > 1:
            yield Faute(lieu, f"le code « {code} » y est {nombre_en_lettres(nb)} fois")


def _familles(donnees: Donnees) -> Iterator[Faute]:
    yield from _doublons("familles", (f["code"] for f in donnees["familles"]))
    yield from _doublons("enjeux", (e["code"] for _, e in enjeux_de(donnees)))
    if not nb_thematiques(donnees):
        yield Faute("familles", "toutes sont transversales : il en faut au moins une qui ne le soit pas")


def _poids(donnees: Donnees) -> Iterator[Faute]:
    bareme = donnees["bareme"]
    for paire in (("poids_niveau", "poids_couverture"), ("poids_enjeux", "poids_transversal")):
        total = sum(Decimal(bareme[cle]) for cle in paire)
        if total != 1:
            yield Faute(f"bareme › {' et '.join(paire)}", f"les deux poids font {total}, ils doivent faire 1")


def _statuts(donnees: Donnees) -> Iterator[Faute]:
    bareme, lieu = donnees["bareme"], "bareme › statuts"
    statuts = {s["code"]: s for s in bareme["statuts"]}
    yield from _doublons(lieu, (s["code"] for s in bareme["statuts"]))
    for code, role in STATUTS_CONNUS.items():
        if code not in statuts:
            yield Faute(lieu, f"il manque le statut « {code} », celui d’un service {role}")
    for code, statut in statuts.items():
        if (statut["valeur"] is None) is not (code == "non_concerne"):
            yield Faute(f"{lieu} › {code} › valeur", "seul « non_concerne » n’a pas de valeur, et il ne peut en avoir")
    exigences = {s.get("exige") for s in statuts.values()}
    if "evaluation" in exigences and "action" not in exigences:
        yield Faute(lieu, "un statut exige une évaluation : il en faut un autre qui exige une action")
    repli = statuts.get(bareme["statut_sans_preuve"])
    if repli is None:
        yield Faute("bareme › statut_sans_preuve", f"le statut « {bareme['statut_sans_preuve']} » n’existe pas")
    elif "exige" in repli or repli["valeur"] is None:
        yield Faute("bareme › statut_sans_preuve", "ce statut doit avoir une valeur et n’exiger aucune preuve")


def _bareme(donnees: Donnees) -> Iterator[Faute]:
    strates, preuves = donnees["bareme"]["strates"], donnees["bareme"]["preuves_niveau"]
    yield from _doublons("bareme › strates", (s["code"] for s in strates))
    if strates[0]["min"] != 0:
        yield Faute(f"bareme › strates › {strates[0]['code']} › min", "la première strate commence à 0 habitant")
    yield from _croissance("bareme › strates", [(s["code"], s["min"]) for s in strates])
    yield from _doublons("bareme › preuves_niveau", (f"niveau {p['niveau']}" for p in preuves))


def _croissance(lieu: str, valeurs: Sequence[tuple[str, float]]) -> Iterator[Faute]:
    """Each value above the one before."""
    for (_, avant), (nom, valeur) in pairwise(valeurs):
        if valeur <= avant:
            yield Faute(f"{lieu} › {nom} › min", f"{valeur} devrait être plus grand que {avant}, qui le précède")


def _seuils(donnees: Donnees) -> Iterator[Faute]:
    niveaux = [s["arobases"] for s in donnees["seuils"]]
    if niveaux != list(range(1, AROBASES_MAX + 1)):
        yield Faute("seuils", "il faut un seuil par niveau, de une à cinq arobases, dans cet ordre")
    else:
        yield from _croissance("seuils", [(nom_du_niveau(s["arobases"]), s["min"]) for s in donnees["seuils"]])


def _portes(donnees: Donnees) -> Iterator[Faute]:
    yield from _doublons("portes", (nom_du_niveau(p["arobases"], p["code"]) for p in donnees["portes"]))
    for porte in donnees["portes"]:
        lieu = _lieu_de(porte)
        if porte["regle"] == "fait" and porte["fait"] not in FAITS:
            yield Faute(f"{lieu} › fait", _fait_inconnu(porte["fait"]))


def _enjeux_demandes(donnees: Donnees) -> Iterator[Faute]:
    nb = nb_thematiques(donnees)
    for porte in donnees["portes"]:
        if porte["regle"] == "enjeux" and 0 < nb < porte["min"]:
            phrase = f"{porte['min']} enjeux sont demandés, le référentiel n’en compte que {nb}"
            yield Faute(f"{_lieu_de(porte)} › min", phrase)


def _faits(donnees: Donnees) -> Iterator[Faute]:
    yield from _doublons("faits", (f["code"] for f in donnees["faits"]))
    for fait in donnees["faits"]:
        if fait["code"] not in FAITS:
            yield Faute(f"faits › {fait['code']}", _fait_inconnu(fait["code"]))


def _strates_citees(donnees: Donnees) -> Iterator[Faute]:
    connues = {s["code"] for s in donnees["bareme"]["strates"]}
    cites = [(_lieu_de(p), p) for p in donnees["portes"]]
    cites += [(f"faits › {f['code']}", f) for f in donnees.get("faits", [])]
    for lieu, cite in cites:
        for strate in cite.get("strates", []):
            if strate not in connues:
                yield Faute(f"{lieu} › strates", f"la strate « {strate} » n’existe pas")


def _lieu_de(porte: Mapping[str, Any]) -> str:
    return f"portes › {nom_du_niveau(porte['arobases'], porte['code'])}"


def _fait_inconnu(code: str) -> str:
    return f"le fait « {code} » n’est pas de ceux qu’un dossier prouve : {', '.join(sorted(FAITS))}"


def _textes(donnees: Any, chemin: str = "") -> Iterator[Faute]:
    """Spaces around a text, or a line break, would pass for another code."""
    if isinstance(donnees, str) and (donnees != donnees.strip() or _a_un_controle(donnees)):
        yield Faute(chemin, f"« {' '.join(donnees.split())} » a des espaces autour, ou un retour à la ligne")
    elif isinstance(donnees, Mapping):
        for cle, valeur in donnees.items():
            yield from _textes(valeur, f"{chemin} › {cle}" if chemin else str(cle))
    elif isinstance(donnees, list):
        for rang, valeur in enumerate(donnees):
            code = valeur.get("code") if isinstance(valeur, Mapping) else None
            yield from _textes(valeur, f"{chemin} › {code or f'n° {rang + 1}'}")


def _a_un_controle(texte: str) -> bool:
    """Below the space: tabulations and line breaks; the no-break spaces of French typography are welcome."""
    return any(caractere < " " for caractere in texte)


CONTROLES: tuple[tuple[tuple[str, ...], Callable[[Donnees], Iterator[Faute]]], ...] = (
    (("familles",), _familles),
    (("bareme",), _poids),
    (("bareme",), _statuts),
    (("bareme",), _bareme),
    (("seuils",), _seuils),
    (("portes",), _portes),
    (("portes", "familles"), _enjeux_demandes),
    (("faits",), _faits),
    (("portes", "bareme"), _strates_citees),
)
