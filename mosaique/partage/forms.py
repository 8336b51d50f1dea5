from typing import Any

from django import forms

from villes_internet.comptes.models import Utilisateur


class FormulaireConfier(forms.Form):
    """To whom; ``choix`` are those who may fill the mosaïque."""

    a = forms.TypedChoiceField(
        label="À qui ?",
        coerce=int,
        error_messages={
            "required": "Choisissez une personne de l’équipe.",
            "invalid_choice": "Cette personne ne peut pas remplir la mosaïque : choisissez dans la liste.",
        },
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, choix: list[Utilisateur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personnes = {personne.pk: personne for personne in choix}
        champ = self.fields["a"]
        assert isinstance(champ, forms.TypedChoiceField)
        champ.choices = [("", "Choisir…"), *((p.pk, str(p)) for p in choix)]

    def personne(self) -> Utilisateur:
        return self.personnes[self.cleaned_data["a"]]
