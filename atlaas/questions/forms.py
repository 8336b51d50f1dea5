import re

from django import forms

from atlaas.models import LONGUEUR
from villes_internet.comptes.forms import AuNomDe
from villes_internet.socle.champs import TexteCompte

_ADRESSE = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+33|0033|0)[\s.()-]*[1-9](?:[\s.()-]*\d\d){4}(?!\d)")


def _texte(label: str, aide: str, lignes: int, vide: str) -> TexteCompte:
    return TexteCompte(
        label=label,
        max_length=LONGUEUR,
        help_text=f"2 000 caractères au plus. {aide}",
        widget=forms.Textarea(attrs={"rows": lignes, "data-compteur": LONGUEUR}),
        error_messages={"required": vide},
    )


class QuestionForm(AuNomDe):
    """A question is read by everyone: nobody needs to leave in it an address where the answer would come."""

    texte = _texte(
        "Votre question",
        "Le Markdown léger est permis. Tout le monde la lira : pas d’adresse, pas de numéro de téléphone.",
        6,
        "Écrivez votre question.",
    )
    field_order = ["texte", "pour"]

    def clean_texte(self) -> str:
        texte: str = self.cleaned_data["texte"]
        if _ADRESSE.search(texte) or _TELEPHONE.search(texte):
            raise forms.ValidationError(
                "Retirez l’adresse ou le numéro de téléphone : cette page est publique. "
                "La réponse paraîtra ici, et vous la recevrez par courriel."
            )
        return texte


class ReponseForm(forms.Form):
    texte = _texte("Votre réponse", "Le Markdown léger est permis. Tout le monde la lira.", 5, "Écrivez votre réponse.")


class SignalementForm(forms.Form):
    motif = TexteCompte(
        label="Ce qui ne va pas",
        max_length=300,
        points_max=300,
        help_text="300 caractères au plus. Par exemple : publicité, propos blessants, nom d’une personne.",
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": 300}),
        error_messages={"required": "Dites ce qui ne va pas : l’association le lira."},
    )
