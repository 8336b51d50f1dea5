from typing import Any

from django import forms

from mosaique.models import Genre
from villes_internet.territoires.forms import ChampCollectivite


class GroupeForm(forms.Form):
    """Which group is read, in which year; an unknown one is the first."""

    groupe = forms.ChoiceField(choices=Genre.choices, required=False)
    annee = forms.IntegerField(required=False, min_value=1999, max_value=2999)

    def choix(self) -> tuple[Genre, int | None]:
        self.is_valid()
        donnees: dict[str, Any] = self.cleaned_data
        return Genre(donnees.get("groupe") or Genre.JUMELLES), donnees.get("annee")


class MembreForm(forms.Form):
    """A town to add to the picked group."""

    collectivite = ChampCollectivite(label="Ajouter une collectivité")
