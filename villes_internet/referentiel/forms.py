"""What may be entered about a version: a file, a motive, a corrected text."""

from typing import Any

from django import forms
from django.utils.text import capfirst

from villes_internet.referentiel.echanges import fichier
from villes_internet.referentiel.queries import Texte


class ImportForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier",
        help_text="JSON ou classeur XLSX, 2 Mo au plus.",
        widget=forms.FileInput(attrs={"accept": ".json,.xlsx"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def lire(self) -> Any:
        """Raises ``FichierRefuse``; call it on a valid form."""
        envoye = self.cleaned_data["fichier"]
        return fichier.lire(envoye.read(fichier.TAILLE_MAX + 1), envoye.name)


class RetraitForm(forms.Form):
    motif = forms.CharField(label="Motif", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class CorrectionForm(forms.Form):
    """A text and why it changes; its length is that of the text that it mends."""

    texte = forms.CharField(label="Texte", error_messages={"required": "Un texte ne peut pas être vide."})
    motif = forms.CharField(
        label="Motif",
        help_text="Il est gardé au journal avec l’ancien et le nouveau texte.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Dites pourquoi ce texte est corrigé."},
    )

    def __init__(self, *args: Any, texte: Texte, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["texte"] = texte.valeur
        champ = self.fields["texte"]
        champ.label = capfirst(texte.libelle)
        champ.help_text = f"{texte.longueur_max} caractères au plus. Seule la rédaction change, jamais le sens."
        champ.widget = forms.Textarea(attrs={"rows": 3, "maxlength": texte.longueur_max})
