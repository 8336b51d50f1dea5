from django import forms

from atlaas.recherche.forms import RECHERCHE_MAX


class DansLaCollectiviteForm(forms.Form):
    """Words and an enjeu, among the fiches of one collectivité."""

    q = forms.CharField(
        label="Chercher parmi ces actions",
        required=False,
        max_length=RECHERCHE_MAX,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "class": "form-control"}),
        error_messages={"max_length": f"Raccourcissez la recherche : {RECHERCHE_MAX} caractères au plus."},
    )
    enjeu = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
