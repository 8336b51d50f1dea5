"""A file sent by a person as rows to keep: which kind of table it is, where its headings are, what is left aside."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from atlaas.imports import colonnes, mediation
from atlaas.models import GenreImport, LigneImport
from villes_internet.socle import tables
from villes_internet.socle.fichiers import nom_lisible
from villes_internet.territoires.models import Collectivite

LIGNES_MAX = 5_000
PARCOURUES_MAX = 100_000  # rows of a national file among which those of a town are kept


@dataclass(slots=True)
class TableLue:
    nom: str
    genre: GenreImport
    colonnes: list[str]
    lignes: list[LigneImport] = field(default_factory=list)
    nb_ailleurs: int = 0


def lire(envoye: UploadedFile, ville: Collectivite) -> TableLue:
    """Raises ``ValidationError``; reading stops at the first row too many."""
    nom = nom_lisible(str(envoye.name))
    table = _ouvrir(envoye, nom)
    if mediation.est_le_standard(table.entete):
        return _lieux(table, nom, ville)
    if not any(colonnes.est_connue(titre) for titre in table.entete):
        raise ValidationError(
            f"« {nom} » n’a pas de titres de colonnes, ou aucun ne dit ce que contient une fiche "
            "(Titre, Résumé, Services…) : partez du modèle.",
            code="titres",
        )
    lue = TableLue(nom, GenreImport.FICHES, table.entete)
    for ligne in table.lignes:
        if len(lue.lignes) == LIGNES_MAX:
            raise trop_de_lignes(nom)
        lue.lignes.append(_ligne(ligne))
    if not lue.lignes:
        raise ValidationError(f"« {nom} » a des titres de colonnes, mais aucune ligne dessous.", code="vide")
    return lue


def _ouvrir(envoye: UploadedFile, nom: str) -> tables.Table:
    flux: Any = envoye.file
    brut: BinaryIO = getattr(flux, "file", flux)  # the file itself, under Django's temporary one
    if (envoye.size or 0) <= tables.TAILLE_MAX and brut.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"[", b"{"}:
        return _depuis_json(brut, nom)
    brut.seek(0)
    return tables.ouvrir(brut, envoye.size or 0, nom, lambda t: colonnes.est_connue(t) or mediation.est_connue(t))


def trop_de_lignes(nom: str) -> ValidationError:
    return ValidationError(
        f"« {nom} » a plus de 5 000 lignes : partagez-le en plusieurs fichiers. Rien n’en est repris.", code="taille"
    )


def _ligne(lue: tables.LigneTable) -> LigneImport:
    return LigneImport(
        numero=lue.numero,
        valeurs=lue.valeurs,
        formules=list(lue.formules),
        est_fusionnee=lue.est_fusionnee,
    )


# The national standard: a town sends the file of the whole country as well as its own


def _lieux(table: tables.Table, nom: str, ville: Collectivite) -> TableLue:
    absentes = mediation.absentes(table.entete)
    if absentes:
        raise ValidationError(
            f"« {nom} » suit le standard des lieux de médiation numérique, mais il y manque : {', '.join(absentes)}.",
            code="titres",
        )
    gardees = mediation.rangs(table.entete)
    ici = mediation.territoire(ville)
    lue = TableLue(nom, GenreImport.LIEUX, list(gardees))
    for parcourues, ligne in enumerate(table.lignes, start=1):
        if parcourues > PARCOURUES_MAX or len(lue.lignes) > LIGNES_MAX:
            raise trop_de_lignes(nom)
        lieu = {nom: ligne.valeurs[rang] if rang < len(ligne.valeurs) else "" for nom, rang in gardees.items()}
        if ici.contient(lieu):
            valeurs = [mediation.valeur(nom, texte) for nom, texte in lieu.items()]
            lue.lignes.append(_ligne(tables.LigneTable(ligne.numero, valeurs)))
        else:
            lue.nb_ailleurs += 1
    if not lue.lignes:
        raise ValidationError(
            f"« {nom} » : aucun de ses {lue.nb_ailleurs} lieux n’est à {ville.nom}, d’après leur code INSEE.",
            code="ailleurs",
        )
    return lue


def _depuis_json(brut: BinaryIO, nom: str) -> tables.Table:
    """A JSON array of places, read object after object."""
    brut.seek(0)
    objets = _objets(brut, nom)
    premier = next(objets, None)
    if premier is None:
        raise ValidationError(f"« {nom} » ne contient aucun lieu.", code="vide")
    entete = [*premier, *(cle for cle in mediation.COLONNES if cle not in premier)]

    lignes = (
        tables.LigneTable(numero, [_case(objet.get(cle)) for cle in entete])
        for numero, objet in enumerate(chain([premier], objets), start=1)
    )
    return tables.Table(entete, lignes)


def _case(valeur: Any) -> str:
    if isinstance(valeur, list):
        return "|".join(_case(v) for v in valeur)
    return tables.en_texte(valeur) if not isinstance(valeur, dict) else ""


def _objets(brut: BinaryIO, nom: str) -> Iterator[dict[str, Any]]:
    decodeur, tampon = json.JSONDecoder(), ""
    refus = ValidationError(
        f"« {nom} » n’est pas un JSON lisible : on attend une liste de lieux, en UTF-8.", code="type"
    )
    texte = io.TextIOWrapper(brut, encoding="utf-8-sig")
    try:
        if texte.read(1).strip() not in {"[", ""}:
            raise refus
        while bloc := texte.read(1 << 16):
            tampon += bloc
            while tampon := tampon.lstrip(" \r\n\t,["):
                if tampon[0] == "]":
                    return
                try:
                    objet, fin = decodeur.raw_decode(tampon)
                except json.JSONDecodeError:
                    break  # the rest of the object is in the next block
                if not isinstance(objet, dict):
                    raise refus
                yield objet
                tampon = tampon[fin:]
            if len(tampon) > 1 << 20:
                raise refus
        if tampon.strip():
            raise refus
    except (UnicodeDecodeError, RecursionError) as erreur:
        raise refus from erreur
    finally:
        with suppress(ValueError):  # stopped before the end, and the request over: the file is closed already
            texte.detach()
