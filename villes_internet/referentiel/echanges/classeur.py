"""A version as a workbook of one sheet a subject, for the Comité d'orientation; back and forth without a loss."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from villes_internet.referentiel.echanges.schema import Faute, FichierRefuse
from villes_internet.socle.classeurs import Feuille

Ligne = Mapping[str, Any]
Lignes = dict[str, list[tuple[Any, ...]]]
NOMBRE = re.compile(r"-?\d{1,9}([.,]\d{1,6})?")
ENTETES: dict[str, tuple[str, ...]] = {
    "Version": ("Clé", "Valeur", "Sens"),
    "Familles": ("Code", "Nom", "Transversale"),
    "Enjeux": ("Famille", "Code", "Nom", "Niveau 0", "Niveau 1", "Niveau 2", "Niveau 3", "Niveau 4"),
    "Services": ("Enjeu", "Rang", "Service"),
    "Niveaux": ("Niveau", "Nom"),
    "Statuts": ("Code", "Libellé", "Valeur", "Preuve exigée"),
    "Pondérations": ("Clé", "Valeur", "Sens"),
    "Preuves": ("Niveau", "Actions", "Actions avec indicateur", "Actions réplicables"),
    "Strates": ("Code", "Libellé", "Population minimale"),
    "Faits": ("Code", "Libellé", "Types", "Strates"),
    "Seuils": ("Arobases", "Note minimale"),
    "Portes": (
        "Arobases", "Code", "Libellé", "Règle", "Minimum", "Niveau", "Fait", "Critères", "Types", "Strates",
    ),
}  # fmt: skip
SENS = {
    "code": "Identifiant de la version, en général son année",
    "libelle": "Nom de la version",
    "est_historique": "oui pour une ancienne génération de thèmes, connue par ses noms seulement",
    "poids_niveau": "Part du niveau étayé dans le score d’un enjeu",
    "poids_couverture": "Part de la couverture des services dans le score d’un enjeu",
    "poids_enjeux": "Part des enjeux thématiques dans l’indice de la mosaïque",
    "poids_transversal": "Part des enjeux transversaux dans l’indice de la mosaïque",
    "max_non_concernes": "Services qui peuvent être mis à part, par enjeu, au plus",
    "statut_sans_preuve": "Ce que compte un statut dont la preuve manque (code d’un statut)",
}
POIDS = ("poids_niveau", "poids_couverture", "poids_enjeux", "poids_transversal")
PREUVES = ("nb_actions", "nb_avec_indicateur", "nb_replicables")


def en_feuilles(donnees: Mapping[str, Any]) -> list[Feuille]:
    """Every sheet, in reading order; those of the rules are empty in a historical version."""
    lignes = _lignes_des_enjeux(donnees) | _lignes_du_bareme(donnees.get("bareme", {})) | _lignes_des_regles(donnees)
    return [Feuille(nom, entete, lignes[nom]) for nom, entete in ENTETES.items()]


def _lignes_des_enjeux(donnees: Mapping[str, Any]) -> Lignes:
    enjeux = [(famille, enjeu) for famille in donnees["familles"] for enjeu in famille["enjeux"]]
    cles = [cle for cle in ("code", "libelle", "est_historique") if cle in donnees]
    return {
        "Version": [(cle, _oui(donnees[cle]), SENS[cle]) for cle in cles],
        "Familles": [(f["code"], f["nom"], _oui(f["transversale"])) for f in donnees["familles"]],
        "Enjeux": [(f["code"], e["code"], e["nom"], *e.get("niveaux", [""] * 5)) for f, e in enjeux],
        "Services": [(e["code"], rang, nom) for _, e in enjeux for rang, nom in enumerate(e.get("services", []), 1)],
    }


def _lignes_du_bareme(bareme: Mapping[str, Any]) -> Lignes:
    statuts, preuves = bareme.get("statuts", []), bareme.get("preuves_niveau", [])
    return {
        "Niveaux": list(enumerate(bareme.get("niveaux", []))),
        "Statuts": [(s["code"], s["libelle"], _chiffre(s["valeur"]), s.get("exige")) for s in statuts],
        "Pondérations": [(cle, _chiffre(bareme[cle]), sens) for cle, sens in SENS.items() if cle in bareme],
        "Preuves": [(p["niveau"], *(p.get(cle) for cle in PREUVES)) for p in preuves],
        "Strates": [(s["code"], s["libelle"], s["min"]) for s in bareme.get("strates", [])],
    }


def _lignes_des_regles(donnees: Mapping[str, Any]) -> Lignes:
    return {
        "Faits": [(f["code"], f["libelle"], *_limites(f)) for f in donnees.get("faits", [])],
        "Seuils": [(s["arobases"], s["min"]) for s in donnees.get("seuils", [])],
        "Portes": [
            (
                *(p["arobases"], p["code"], p["libelle"], p["regle"], _chiffre(p.get("min")), p.get("niveau")),
                *(p.get("fait"), _jointe(p.get("codes")), *_limites(p)),
            )
            for p in donnees.get("portes", [])
        ],
    }


def depuis_feuilles(feuilles: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, Any]:
    """The version's file that the sheets say, to be checked like any other; raises ``FichierRefuse``."""
    lues = _en_lignes(feuilles)
    cles = {texte(ligne["Clé"]): ligne["Valeur"] for ligne in lues["Version"]}
    donnees: dict[str, Any] = {cle: texte(cles[cle]) for cle in ("code", "libelle") if cle in cles}
    if _est_oui(cles.get("est_historique")):
        donnees["est_historique"] = True
    else:
        donnees["bareme"] = _bareme(lues)
        if lues["Faits"]:
            donnees["faits"] = [
                {"code": texte(f["Code"]), "libelle": texte(f["Libellé"])} | _types_et_strates(f) for f in lues["Faits"]
            ]
        donnees["seuils"] = [
            {"arobases": _entier(s["Arobases"]), "min": _entier(s["Note minimale"])} for s in lues["Seuils"]
        ]
        donnees["portes"] = [_porte(p) for p in lues["Portes"]]
    donnees["familles"] = _familles(lues)
    return donnees


def texte(valeur: Any) -> str:
    """A cell as text: the number 2027 is « 2027 »."""
    if isinstance(valeur, float) and valeur.is_integer():
        valeur = int(valeur)
    return "" if valeur is None else str(valeur)


def _en_lignes(feuilles: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, list[dict[str, Any]]]:
    fautes, lues = [], {}
    for nom, entete in ENTETES.items():
        lignes = feuilles.get(nom)
        if lignes is None:
            fautes.append(Faute(f"feuille {nom}", "elle manque dans le classeur"))
            continue
        titres = [texte(titre).strip() for titre in lignes[0]] if lignes else []
        fautes += [Faute(f"feuille {nom}", f"il manque la colonne « {t} »") for t in entete if t not in titres]
        lues[nom] = [dict(zip(titres, ligne, strict=False)) for ligne in lignes[1:]]
    fautes += [] if fautes else list(_orphelins(lues))
    if fautes:
        raise FichierRefuse(fautes)
    return lues


def _orphelins(lues: Mapping[str, Sequence[Ligne]]) -> Iterator[Faute]:
    """Rows that name a family or an enjeu of no sheet: they would vanish in silence."""
    for feuille, colonne, parents in (("Enjeux", "Famille", "Familles"), ("Services", "Enjeu", "Enjeux")):
        connus = {texte(parent["Code"]) for parent in lues[parents]}
        for rang, ligne in enumerate(lues[feuille], start=2):
            code = texte(ligne[colonne])
            if code not in connus:
                yield Faute(f"feuille {feuille}, ligne {rang}", f"« {code} » n’est pas dans la feuille {parents}")


def _familles(lues: Mapping[str, Sequence[Ligne]]) -> list[dict[str, Any]]:
    return [
        {
            "code": texte(f["Code"]),
            "nom": texte(f["Nom"]),
            "transversale": _est_oui(f["Transversale"]),
            "enjeux": [_enjeu(e, lues["Services"]) for e in lues["Enjeux"] if texte(e["Famille"]) == texte(f["Code"])],
        }
        for f in lues["Familles"]
    ]


def _enjeu(ligne: Ligne, services: Sequence[Ligne]) -> dict[str, Any]:
    enjeu: dict[str, Any] = {"code": texte(ligne["Code"]), "nom": texte(ligne["Nom"])}
    niveaux = [texte(ligne[f"Niveau {rang}"]) for rang in range(5)]
    if any(niveaux):
        enjeu["niveaux"] = niveaux
    if propres := [texte(s["Service"]) for s in services if texte(s["Enjeu"]) == enjeu["code"]]:
        enjeu["services"] = propres
    return enjeu


def _bareme(lues: Mapping[str, Sequence[Ligne]]) -> dict[str, Any]:
    valeurs = {texte(ligne["Clé"]): ligne["Valeur"] for ligne in lues["Pondérations"]}
    bareme: dict[str, Any] = {
        "niveaux": [texte(n["Nom"]) for n in lues["Niveaux"]],
        "statuts": [
            {"code": texte(s["Code"]), "libelle": texte(s["Libellé"]), "valeur": _part(s["Valeur"])}
            | _present("exige", s["Preuve exigée"])
            for s in lues["Statuts"]
        ],
        "strates": [
            {"code": texte(s["Code"]), "libelle": texte(s["Libellé"]), "min": _entier(s["Population minimale"])}
            for s in lues["Strates"]
        ],
        "preuves_niveau": [
            {"niveau": _entier(p["Niveau"])}
            | {
                cle: _entier(p[titre])
                for cle, titre in zip(PREUVES, ENTETES["Preuves"][1:], strict=True)
                if not _est_vide(p[titre])
            }
            for p in lues["Preuves"]
        ],
    }
    bareme |= {cle: _part(valeurs[cle]) for cle in POIDS if cle in valeurs}
    if "max_non_concernes" in valeurs:
        bareme["max_non_concernes"] = _entier(valeurs["max_non_concernes"])
    return bareme | _present("statut_sans_preuve", valeurs.get("statut_sans_preuve"))


def _porte(ligne: Ligne) -> dict[str, Any]:
    regle = texte(ligne["Règle"])
    porte: dict[str, Any] = {
        "arobases": _entier(ligne["Arobases"]),
        "code": texte(ligne["Code"]),
        "libelle": texte(ligne["Libellé"]),
        "regle": regle,
    }
    if not _est_vide(ligne["Minimum"]):
        porte["min"] = _part(ligne["Minimum"]) if regle == "criteres" else _entier(ligne["Minimum"])
    if not _est_vide(ligne["Niveau"]):
        porte["niveau"] = _entier(ligne["Niveau"])
    porte |= _present("fait", ligne["Fait"])
    if regle == "criteres" or not _est_vide(ligne["Critères"]):
        porte["codes"] = _liste(ligne["Critères"])
    return porte | _types_et_strates(ligne)


def _types_et_strates(ligne: Ligne) -> dict[str, Any]:
    paires = (("types", ligne["Types"]), ("strates", ligne["Strates"]))
    return {cle: _liste(valeur) for cle, valeur in paires if not _est_vide(valeur)}


def _est_vide(valeur: Any) -> bool:
    return valeur is None or valeur == ""


def _present(cle: str, valeur: Any) -> dict[str, str]:
    return {} if _est_vide(valeur) else {cle: texte(valeur)}


def _liste(valeur: Any) -> list[str]:
    return [mot.strip() for mot in texte(valeur).split(",") if mot.strip()]


def _jointe(valeurs: Sequence[str] | None) -> str:
    return ", ".join(valeurs or ())


def _limites(objet: Mapping[str, Any]) -> tuple[str, str]:
    return _jointe(objet.get("types")), _jointe(objet.get("strates"))


def _oui(valeur: Any) -> Any:
    return {True: "oui", False: "non"}.get(valeur, valeur) if isinstance(valeur, bool) else valeur


def _est_oui(valeur: Any) -> bool:
    return texte(valeur).strip().lower() in {"oui", "vrai", "true", "1"}


def _chiffre(valeur: Any) -> Any:
    """« 0.6 » as the number that a spreadsheet shows; a text that would come back otherwise stays a text."""
    lu = _entier(valeur) if isinstance(valeur, str) else valeur
    return lu if _part(lu) == valeur else valeur


def _part(valeur: Any) -> str | None:
    """An exact decimal as the file writes it: 0.6 and « 0,6 » are « 0.6 »; nothing is None."""
    return None if _est_vide(valeur) else texte(valeur).replace(",", ".")


def _entier(valeur: Any) -> Any:
    """A number of the spreadsheet, whole where it can be; anything else as it is, for the schema to refuse."""
    lu = texte(valeur)
    if not NOMBRE.fullmatch(lu):
        return lu
    nombre = Decimal(lu.replace(",", "."))
    return int(nombre) if nombre == nombre.to_integral_value() else float(nombre)
