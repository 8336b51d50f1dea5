from django import forms

from villes_internet.territoires.forms import ChampCollectivite


class PartenaireForm(forms.Form):
    collectivite = ChampCollectivite(label="Ajouter une collectivité")
