from typing import Any

from django import forms

from candidatures.campagnes.models import Campagne, Mention
from candidatures.palmares import queries
from candidatures.palmares.models import Resultat
from villes_internet.referentiel.templatetags.arobases import libelle_arobases
from villes_internet.territoires.models import CANDIDATES


class FiltresForm(forms.Form):
    """The filters of the public list: a value that is not offered is left out, never an error page."""

    q = forms.CharField(label="Nom de la collectivité", max_length=100, required=False)
    arobases = forms.TypedChoiceField(
        label="Niveau",
        required=False,
        coerce=int,
        choices=[("", "Tous les niveaux"), *((n, libelle_arobases(n)) for n in range(5, 0, -1))],
    )
    region = forms.ChoiceField(label="Région", required=False)
    type = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[("", "Tous les types"), *((t.value, t.label.capitalize()) for t in CANDIDATES)],
    )
    mention = forms.ChoiceField(label="Mention", required=False)

    def __init__(self, *args: Any, campagne: Campagne, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champs: dict[str, Any] = self.fields
        for champ in champs.values():
            liste = isinstance(champ, forms.ChoiceField)
            champ.widget.attrs["class"] = "form-select" if liste else "form-control"
        champs["region"].choices = [("", "Toutes les régions"), *((r.code, r.nom) for r in queries.regions())]
        champs["mention"].choices = [
            ("", "Toutes les mentions"),
            *((m.code, m.nom) for m in queries.mentions(campagne)),
        ]

    def filtres(self) -> queries.Filtres:
        self.is_valid()
        return queries.Filtres(**{nom: valeur for nom, valeur in self.cleaned_data.items() if valeur})


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code de vérification",
        max_length=40,
        help_text="Douze lettres et chiffres, en bas du certificat : majuscules, espaces et tirets ne comptent pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )


class MotifForm(forms.Form):
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        help_text="500 caractères au plus. Il est gardé dans le journal, il n’est pas public.",
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
    )


class CorrectionForm(MotifForm):
    """An erratum on a published result."""

    nom = forms.CharField(label="Nom publié", max_length=200)
    arobases = forms.TypedChoiceField(
        label="Niveau", coerce=int, choices=[(n, libelle_arobases(n)) for n in range(1, 6)]
    )
    mentions = forms.ModelMultipleChoiceField(
        label="Mentions", queryset=Mention.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = ["nom", "arobases", "mentions", "motif"]

    def __init__(self, *args: Any, resultat: Resultat, **kwargs: Any) -> None:
        depart = {"nom": resultat.nom, "arobases": resultat.arobases, "mentions": list(resultat.mentions.all())}
        super().__init__(*args, **{**kwargs, "initial": depart})
        champs: dict[str, Any] = self.fields
        champs["mentions"].queryset = queries.mentions(resultat.campagne)
