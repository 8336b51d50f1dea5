"""What a person says of an import: the file, what its columns are, what to do with what it brings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from atlaas.imports.colonnes import NUMERO, titres
from atlaas.imports.lecture import TableLue, lire
from atlaas.models import ImportFiches
from villes_internet.territoires.models import Collectivite

SANS_REPERE = "Dites quelle colonne est le titre, ou le numéro de la fiche : sans lui, aucune fiche ne se reconnaît."


class FichierForm(forms.Form):
    fichier = forms.FileField(
        label="Votre tableau",
        help_text="CSV ou XLSX, 20 Mo et 5 000 lignes au plus ; JSON aussi, pour les lieux de médiation numérique.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv,.json"}),
        error_messages={
            "required": "Choisissez le fichier de vos fiches.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )

    def lire(self, ville: Collectivite) -> TableLue | None:
        """None where the file is refused; its sentence is then an error of the form. Call it on a valid form."""
        try:
            return lire(self.cleaned_data["fichier"], ville)
        except ValidationError as erreur:
            self.add_error("fichier", erreur)
            return None

    @property
    def statut(self) -> int:
        """413 for a file too big, 422 for one that cannot be taken."""
        return 413 if self.has_error("fichier", "taille") else 422


class ColonnesForm(forms.Form):
    """Which field each column fills; ``rangees``: (heading, three examples, the field of the form)."""

    vides_effacent = forms.TypedChoiceField(
        label="Une case vide, pour une fiche que vous avez déjà",
        choices=[("non", "laisse ce que dit la fiche"), ("oui", "efface ce que dit la fiche")],
        coerce=lambda choix: choix == "oui",
        widget=forms.RadioSelect,
        initial="non",
    )

    def __init__(self, *args: Any, imprt: ImportFiches, exemples: list[list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.imprt = imprt
        choix = [("", "Ne pas reprendre"), *titres().items()]
        devines = {rang: nom for nom, rang in imprt.liaison.items()}
        self.fields["vides_effacent"].initial = "oui" if imprt.vides_effacent else "non"
        for rang, titre in enumerate(imprt.colonnes):
            self.fields[f"colonne_{rang}"] = forms.ChoiceField(
                label=titre or f"Colonne {rang + 1}, sans titre",
                choices=choix,
                required=False,
                initial=devines.get(rang, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        self.rangees = [(titre, exemples[rang], self[f"colonne_{rang}"]) for rang, titre in enumerate(imprt.colonnes)]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        noms = titres()
        vus: dict[str, int] = {}
        for rang in range(len(self.imprt.colonnes)):
            nom = donnees.get(f"colonne_{rang}")
            if nom and nom in vus:
                autre = self.imprt.colonnes[vus[nom]]
                self.add_error(f"colonne_{rang}", f"« {noms[nom]} » est déjà la colonne « {autre} » : choisissez.")
            elif nom:
                vus[nom] = rang
        if not self.errors and not {"titre", NUMERO} & {*vus}:
            raise ValidationError(SANS_REPERE)
        self.liaison = vus
        return donnees


class ConfirmationForm(forms.Form):
    publier = forms.BooleanField(required=False)
    ecraser = forms.BooleanField(required=False)
