from collections.abc import Iterable
from typing import Any

from django import forms

from candidatures.pilotage.observatoire.queries import STRATES, Choix, Recensement
from mosaique.interface import TOUTES
from villes_internet.territoires.models import Region


class ChoixForm(forms.Form):
    """What is looked at, read from the address; a value that does not exist is the first of its list."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, required=False)
    strate = forms.ChoiceField(label="Strate", required=False)
    region = forms.ChoiceField(label="Région", required=False)
    depuis = forms.TypedChoiceField(label="Évolution depuis", coerce=int, required=False)

    def __init__(self, donnees: Any, recensement: Recensement, regions: Iterable[Region]) -> None:
        super().__init__(donnees)
        self.annees = recensement.annees
        presentes = recensement.valeurs("strate")
        self._proposer("annee", [(annee, str(annee)) for annee in self.annees])
        self._proposer("depuis", [(annee, str(annee)) for annee in self.annees[1:]])
        strates = [(code, libelle) for code, libelle in STRATES.items() if code in presentes]
        self._proposer("strate", [(TOUTES, "Toutes"), *strates])
        self._proposer("region", [(TOUTES, "Toutes"), *((r.pk, r.nom) for r in regions)])

    def _proposer(self, nom: str, choix: list[tuple[Any, str]]) -> None:
        self.fields[nom].choices = choix  # type: ignore[attr-defined]

    def champs(self, choix: Choix) -> list[tuple[Any, list[tuple[Any, str, bool]]]]:
        """(field, its options with the one that is looked at) for the page."""
        return [
            (self[nom], [(cle, libelle, cle == getattr(choix, nom)) for cle, libelle in champ.choices])  # type: ignore[attr-defined]
            for nom, champ in self.fields.items()
        ]

    def choix(self) -> Choix:
        self.is_valid()
        lus = self.cleaned_data
        annee = lus.get("annee") or self.annees[0]
        plus_tot = [autre for autre in self.annees if autre < annee]
        depuis = lus.get("depuis")
        if depuis not in plus_tot:
            depuis = plus_tot[0] if plus_tot else None
        return Choix(annee, lus.get("strate") or TOUTES, lus.get("region") or TOUTES, depuis)
