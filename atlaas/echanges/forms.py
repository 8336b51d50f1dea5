from django import forms

from villes_internet.comptes.forms import AuNomDe
from villes_internet.socle.champs import TexteCompte

LONGUEUR = 3_000


class MessageForm(forms.Form):
    texte = TexteCompte(
        label="Votre message",
        max_length=LONGUEUR,
        help_text="3 000 caractères au plus.",
        widget=forms.Textarea(attrs={"rows": 6, "data-compteur": LONGUEUR}),
        error_messages={"required": "Écrivez votre message."},
    )


class PremierMessageForm(AuNomDe, MessageForm):
    """The first message says for whom one writes."""
