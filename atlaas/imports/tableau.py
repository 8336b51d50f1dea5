"""Several fiches in one table: a form a row, all sent together, each saved for itself."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict

from atlaas.actions import modifier_action
from atlaas.forms import champ_de_fiche, incoherences
from atlaas.historique import CHAMPS
from atlaas.imports.valeurs import ecrire
from atlaas.models import Action
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.socle.versions import VersionPerimee

PAR_PAGE = 25
COLONNES = (
    "titre",
    "stade",
    "date_debut",
    "date_fin",
    "publics_vises",
    "outils",
    "est_libre",
    "est_replicable",
    "lien",
)


class LigneForm(forms.ModelForm):
    """A fiche in a row. ``depart``: digest of what the row said when it was shown, by which one sees that it was
    touched; ``garder``: after a conflict, leave what somebody else saved."""

    numero_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    depart = forms.CharField(max_length=64, widget=forms.HiddenInput)
    garder = forms.BooleanField(required=False, label="Garder ce qui est enregistré")

    class Meta:
        model = Action
        formfield_callback = champ_de_fiche
        fields = COLONNES

    def __init__(self, envoye: QueryDict | None = None, *, fiche: Action) -> None:
        self.fiche = fiche
        self.autres: list[tuple[str, str]] = []
        depart = empreinte(_valeurs(fiche))
        initial = {"numero_version": fiche.version, "depart": depart}
        super().__init__(envoye, instance=Action(**_valeurs(fiche)), initial=initial, prefix=f"f{fiche.pk}")
        self.fields["titre"].widget = forms.Textarea(attrs={"rows": 2})
        for nom in COLONNES:
            self.fields[nom].help_text = ""
            self.fields[nom].widget.attrs["data-colonne"] = nom
        for nom in ("titre", "outils", "lien", "date_debut", "date_fin"):
            self.fields[nom].widget.attrs["class"] = "form-control"
        self.fields["stade"].widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        ensemble = {nom: getattr(self.fiche, nom) for nom in CHAMPS} | {n: donnees.get(n) for n in COLONNES}
        for nom, phrase in incoherences(ensemble):
            if nom in COLONNES:
                self.add_error(nom, phrase)
        return donnees

    def champs(self) -> dict[str, Any]:
        return {nom: self.cleaned_data[nom] for nom in COLONNES}

    @property
    def est_touchee(self) -> bool:
        """Something differs from what the row said when it was shown, and is to be saved. Call it on a valid form."""
        return not self.cleaned_data["garder"] and empreinte(self.champs()) != self.cleaned_data["depart"]

    @property
    def nb_publics(self) -> int:
        return len(self["publics_vises"].value() or [])

    def opposer(self, actuelle: Action) -> None:
        """Somebody saved since: what they wrote stands beside what was typed, which a second sending saves."""
        self.fiche = actuelle
        envoye = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        envoye[self.add_prefix("numero_version")] = str(actuelle.version)
        self.data = envoye
        miens = self.champs()
        self.autres = [
            (str(self.fields[nom].label), ecrire(nom, getattr(actuelle, nom)) or "(vide)")
            for nom in COLONNES
            if getattr(actuelle, nom) != miens[nom]
        ]


def _valeurs(fiche: Action) -> dict[str, Any]:
    return {nom: getattr(fiche, nom) for nom in COLONNES}


def empreinte(valeurs: dict[str, Any]) -> str:
    canonique = json.dumps(valeurs, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(canonique.encode()).hexdigest()


def formulaires(fiches: Iterable[Action], envoye: QueryDict | None = None) -> list[LigneForm]:
    return [LigneForm(envoye, fiche=fiche) for fiche in fiches]


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """``restantes``: rows refused or in conflict, shown again as they were typed."""

    nb: int
    restantes: list[LigneForm]
    nb_conflits: int


def enregistrer(formes: Iterable[LigneForm], *, par: Utilisateur, a: datetime) -> Enregistrement:
    """Save each row that was touched, for itself: one that is refused, or in conflict, holds back no other."""
    nb, restantes, nb_conflits = 0, [], 0
    for forme in formes:
        if not forme.is_valid():
            restantes.append(forme)
        elif forme.est_touchee:
            try:
                modifier_action(
                    forme.fiche,
                    par=par,
                    numero_version=forme.cleaned_data["numero_version"],
                    services=list(forme.fiche.services.all()),
                    a=a,
                    **forme.champs(),
                )
                nb += 1
            except VersionPerimee as perimee:
                forme.opposer(perimee.actuel)
                restantes.append(forme)
                nb_conflits += 1
            except TransitionRefusee as refus:
                forme.add_error(None, f"Une fiche publiée doit rester complète. {refus}")
                restantes.append(forme)
    return Enregistrement(nb, restantes, nb_conflits)
