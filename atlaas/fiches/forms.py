from django import forms

from villes_internet.socle.champs import TexteCompte
from villes_internet.territoires.forms import ChampCollectivite


class PartenaireForm(forms.Form):
    collectivite = ChampCollectivite(label="Ajouter une collectivité")


class DemandeForm(forms.Form):
    courriel = forms.EmailField(
        label="Adresse électronique du collègue", help_text="Le lien lui est personnel et vaut quatorze jours."
    )
    message = TexteCompte(
        label="Votre message",
        required=False,
        max_length=500,
        help_text="500 caractères au plus. Par exemple : peux-tu raconter les ateliers du mardi ?",
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": 500}),
    )


class DecisionForm(forms.Form):
    motif = TexteCompte(
        label="Un mot pour votre collègue, si vous ne retenez pas la fiche",
        required=False,
        max_length=500,
        help_text="500 caractères au plus. Il le reçoit par courriel.",
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": 500}),
    )
