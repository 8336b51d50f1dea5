from typing import Any

from django import forms

from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.champs import TexteCompte

MESSAGE_MAX = 500


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


class FormulaireLien(forms.Form):
    """Whom to ask without an account, with a word for them."""

    courriel = forms.EmailField(
        label="Adresse électronique",
        help_text="La personne reçoit un lien qui ouvre cet enjeu seul, pendant quatorze jours.",
        error_messages={"required": "Indiquez une adresse comme camille@mediatheque.example."},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )
    message = TexteCompte(
        label="Message",
        required=False,
        max_length=MESSAGE_MAX,
        help_text=f"Facultatif, {MESSAGE_MAX} caractères au plus.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "data-compteur": MESSAGE_MAX}),
    )


class FormulaireEcarter(forms.Form):
    motif = TexteCompte(
        label="Un mot pour la personne",
        required=False,
        max_length=MESSAGE_MAX,
        help_text=f"Facultatif, {MESSAGE_MAX} caractères au plus ; il part avec le message qui lui dit que c’est relu.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "data-compteur": MESSAGE_MAX}),
    )
