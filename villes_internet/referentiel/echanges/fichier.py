"""A file as bytes, JSON or XLSX, known by its content."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.exceptions import ValidationError

from villes_internet.referentiel.echanges.classeur import depuis_feuilles, en_feuilles
from villes_internet.referentiel.echanges.schema import Faute, FichierRefuse
from villes_internet.socle.classeurs import XLSX, ecrire_classeur, lire_classeur

TAILLE_MAX = 2 * 1024 * 1024  # the file of 2027 weighs 40 kB
TYPES_MIME = {"json": "application/json", "xlsx": XLSX}


def lire(contenu: bytes, nom: str) -> Any:
    """The data that the file says, unchecked; raises ``FichierRefuse`` when it is neither JSON nor our workbook."""
    if len(contenu) > TAILLE_MAX:
        raise FichierRefuse([Faute("fichier", f"« {nom} » dépasse 2 Mo : ce n’est pas un référentiel")])
    if contenu.startswith(b"PK"):
        return _lire_classeur(contenu, nom)
    try:
        return json.loads(contenu.decode("utf-8-sig"), parse_constant=_refuser_la_constante)
    except json.JSONDecodeError as erreur:
        lieu = f"fichier, ligne {erreur.lineno}, colonne {erreur.colno}"
        raise FichierRefuse([Faute(lieu, "le JSON y est mal formé")]) from erreur
    except (UnicodeDecodeError, ValueError, RecursionError) as erreur:
        phrase = f"« {nom} » n’est ni du JSON en UTF-8, ni un classeur XLSX"
        raise FichierRefuse([Faute("fichier", phrase)]) from erreur


def _lire_classeur(contenu: bytes, nom: str) -> dict[str, Any]:
    try:
        return depuis_feuilles(lire_classeur(contenu, nom))
    except ValidationError as erreur:
        raise FichierRefuse([Faute("fichier", " ".join(erreur.messages))]) from erreur


def _refuser_la_constante(constante: str) -> NoReturn:
    raise ValueError(constante)


def ecrire(donnees: Mapping[str, Any], format_: str) -> bytes:
    """``format_``: a key of ``TYPES_MIME``."""
    if format_ == "xlsx":
        return ecrire_classeur(en_feuilles(donnees), str(donnees["libelle"]))
    return (json.dumps(donnees, ensure_ascii=False, indent=1) + "\n").encode()
