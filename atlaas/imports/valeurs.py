"""A cell as the value of a field, and back: what the export writes, the import reads again as the same value."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from atlaas.forms import ActionForm
from atlaas.historique import CHAMPS
from atlaas.imports.colonnes import SERVICES, plier
from atlaas.models import Action, Cout, Operateur, Public, Stade
from villes_internet.referentiel.queries import Arbre
from villes_internet.socle.classeurs import lire_jour

CHOIX: dict[str, type[models.TextChoices]] = {"stade": Stade, "operateur": Operateur, "cout": Cout}
JOURS = {"date_debut", "date_fin", "indicateur_date"}
OUI_NON = {"est_libre", "est_replicable"}
NOMBRES = {"indicateur_valeur", "latitude", "longitude"}
ANNEES = range(1980, 2101)
OUI, NON = {"oui", "o", "vrai", "true", "yes", "x", "1"}, {"non", "n", "faux", "false", "no", "0"}
PARTS = re.compile(r"[;|\n]")
CODE = re.compile(r"([A-Z]\d{1,2}\.\d{1,2})\b")
EXEMPLES_MAX = 4


class Lecteur:
    """Reads cells for one référentiel; its fields are those of the form: same cleaning, same limits, same sentences."""

    def __init__(self, arbre: Arbre) -> None:
        self.champs = ActionForm(arbre=arbre).fields
        self.version = arbre.version_code
        services = [service for enjeu in arbre.enjeux for service in enjeu.services]
        self.par_code = {service.code: service.pk for service in services}
        self.par_nom = {plier(service.nom): service.pk for service in services}

    def lire(self, nom: str, texte: str) -> Any:
        """The value of a cell that is not empty. Raises ``ValidationError``, a sentence that names what was read."""
        if nom == SERVICES:
            return self._services(texte)
        if nom in CHOIX:
            return _choix(CHOIX[nom], texte)
        if nom == "publics_vises":
            return list(dict.fromkeys(_choix(Public, part) for part in _parts(texte.replace(",", ";"))))
        if nom in JOURS:
            return _jour(texte)
        if nom in OUI_NON:
            return _oui(texte)
        if nom in NOMBRES:
            return self._nombre(nom, texte)
        return self.champs[nom].clean(texte)

    def _services(self, texte: str) -> list[int]:
        """« A1.3 », « A1.3 – Budget participatif » or the name alone; several between « ; »."""
        trouves: list[int] = []
        for part in _parts(texte):
            code = CODE.match(part)
            cle = self.par_code.get(code[1]) if code else self.par_nom.get(plier(part))
            if cle is None:
                raise ValidationError(
                    f"le service « {_court(part)} » n’est pas dans le référentiel {self.version} : "
                    "écrivez son code, par exemple A1.3"
                )
            trouves.append(cle)
        return list(dict.fromkeys(trouves))

    def _nombre(self, nom: str, texte: str) -> Any:
        serre = re.sub(r"[\s\u00a0\u202f]", "", texte)
        try:
            lu = self.champs[nom].clean(serre)
        except ValidationError as erreur:
            raise ValidationError(f"« {_court(texte)} » : {' '.join(erreur.messages)}") from erreur
        return lu

    def vide(self, nom: str) -> Any:
        """What an empty cell means where empty cells erase."""
        if nom in OUI_NON:
            return False
        champ = self.champs[nom]
        return [] if isinstance(champ, forms.MultipleChoiceField) else champ.clean("") if nom not in CHOIX else ""


def _parts(texte: str) -> list[str]:
    return [part.strip() for part in PARTS.split(texte) if part.strip()]


def _court(texte: str) -> str:
    return texte if len(texte) <= 40 else f"{texte[:40]}…"


def _choix(choix: type[models.TextChoices], texte: str) -> str:
    voulu = plier(texte)
    for valeur in choix:
        if voulu in {plier(str(valeur.label)), plier(str(valeur.value))}:
            return str(valeur.value)
    libelles = [str(valeur.label) for valeur in choix]
    suite = "…" if len(libelles) > EXEMPLES_MAX + 2 else ""
    montres = libelles[:EXEMPLES_MAX] if suite else libelles
    raise ValidationError(f"« {_court(texte)} » n’est pas dans la liste : {', '.join(montres)}{suite}")


def _oui(texte: str) -> bool:
    voulu = plier(texte)
    if voulu not in OUI | NON:
        raise ValidationError(f"« {_court(texte)} » se lit mal : écrivez oui ou non")
    return voulu in OUI


def _jour(texte: str) -> date:
    jour = lire_jour(texte)
    if jour is None or jour.year not in ANNEES:
        raise ValidationError(f"la date « {_court(texte)} » ne se lit pas : écrivez-la comme 30/06/2027")
    return jour


# Back


def ecrire(nom: str, valeur: Any, services: Iterable[str] = ()) -> str:
    """As the export writes it; ``services``: « A1.3 – name » of each, for the column of the services."""
    if nom == SERVICES:
        return " ; ".join(services)
    if nom == "publics_vises":
        return " ; ".join(str(Public(code).label) for code in valeur)
    if nom in CHOIX:
        return str(CHOIX[nom](valeur).label) if valeur else ""
    if nom in OUI_NON:
        return "oui" if valeur else "non"
    if isinstance(valeur, Decimal):
        return f"{valeur:f}".replace(".", ",")
    if isinstance(valeur, date):
        return valeur.strftime("%d/%m/%Y")
    return "" if valeur is None else str(valeur)


def depuis_json(champs: Mapping[str, Any]) -> dict[str, Any]:
    """Fields kept as JSON, as the model holds them."""
    return {nom: _champ(nom).to_python(valeur) for nom, valeur in champs.items() if nom in CHAMPS}


def _champ(nom: str) -> models.Field:
    champ = Action._meta.get_field(nom)
    assert isinstance(champ, models.Field)
    return champ
