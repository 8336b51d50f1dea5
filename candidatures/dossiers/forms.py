"""What may be entered in each step. Shape only: nothing is ever mandatory here, what is typed is always kept."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from candidatures.dossiers.etapes import Champ
from candidatures.dossiers.models import Piece
from villes_internet.socle import fichiers
from villes_internet.socle.champs import CaracteresAuPlus
from villes_internet.socle.saisie import normaliser

ANNEE_MIN, ANNEE_MAX = 1990, 2100


class Texte(forms.CharField):
    """A text cleaned of what pasting brings; its length is counted as people count it, and never cut."""

    def __init__(self, maximum: int, **options: Any) -> None:
        message = f"%(show_value)s caractères pour {maximum} au plus : raccourcissez ce texte."
        super().__init__(required=False, validators=[CaracteresAuPlus(maximum, message)], **options)

    def to_python(self, value: Any) -> str:
        return normaliser(super().to_python(value) or "")


class AuPlus(forms.MultipleChoiceField):
    def __init__(self, maximum: int, **options: Any) -> None:
        self.maximum = maximum
        super().__init__(required=False, **options)

    def validate(self, value: Sequence[str]) -> None:
        super().validate(value)
        if len(value) > self.maximum:
            raise ValidationError(f"{len(value)} choix pour {self.maximum} au plus : décochez-en.")


def _ligne(**attributs: str) -> forms.TextInput:
    return forms.TextInput(attrs=attributs)


def _date(**options: Any) -> forms.DateField:
    formats = ["%Y-%m-%d", "%d/%m/%Y"]
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=False, input_formats=formats, widget=widget, **options)


def _annee(**options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=ANNEE_MIN, max_value=ANNEE_MAX, widget=_ligne(inputmode="numeric"), **options
    )


def _choix(champ: Champ, **options: Any) -> forms.ChoiceField:
    if len(champ.choix) <= 3:
        return forms.ChoiceField(required=False, choices=champ.choix, widget=forms.RadioSelect, **options)
    return forms.ChoiceField(required=False, choices=[("", "Choisir…"), *champ.choix], **options)


def champ_de_formulaire(champ: Champ) -> forms.Field:
    options: dict[str, Any] = {"label": champ.libelle, "help_text": _aide(champ)}
    match champ.genre:
        case "texte" | "liste":
            rows = 4 if champ.genre == "liste" or champ.maximum <= 1000 else min(18, champ.maximum // 300)
            zone = forms.Textarea(attrs={"rows": rows, "data-compteur": champ.maximum})
            return Texte(champ.maximum, widget=zone, **options)
        case "date":
            return _date(**options)
        case "annee":
            return _annee(**options)
        case "nombre":
            return forms.DecimalField(
                required=False, min_value=0, localize=True, widget=_ligne(inputmode="decimal"), **options
            )
        case "url":
            invalide = "Saisissez l’adresse complète d’une page, par exemple https://www.ville-bassens.fr."
            return forms.URLField(
                required=False, assume_scheme="https", max_length=500, error_messages={"invalid": invalide}, **options
            )
        case "courriel":
            return forms.EmailField(required=False, **options)
        case "choix":
            return _choix(champ, **options)
        case "cases":
            maximum = min(champ.maximum, len(champ.choix) or 1)
            return AuPlus(maximum, choices=champ.choix, widget=forms.CheckboxSelectMultiple, **options)
        case _:
            return Texte(champ.maximum, widget=_ligne(), **options)


def _aide(champ: Champ) -> str:
    limite = f"{champ.maximum} caractères au plus." if champ.genre == "texte" else ""
    return " ".join(phrase for phrase in (champ.aide, limite) if phrase)


class FormulaireEtape(forms.Form):
    """The questions of a step. Bound to what is stored, it shows what has a bad shape; it refuses nothing."""

    def __init__(self, champs: Iterable[Champ], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.champs = tuple(champs)
        for champ in self.champs:
            self.fields[champ.code] = champ_de_formulaire(champ)
        self._montrer_les_dates_mal_ecrites()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*self._groupes())

    def _groupes(self) -> list[Any]:
        groupes: dict[str, list[str]] = {}
        for champ in self.champs:
            groupes.setdefault(champ.groupe, []).append(champ.code)
        seuls = groupes.pop("", [])
        return [*seuls, *(Fieldset(titre, *codes, css_class="groupe") for titre, codes in groupes.items())]

    def _montrer_les_dates_mal_ecrites(self) -> None:
        """A browser's date field shows nothing of a date that it cannot read: then it becomes a text field."""
        for nom, champ in self.fields.items():
            if isinstance(champ, forms.DateField) and self.is_bound and self._lisible(nom):
                try:
                    date.fromisoformat(self._lisible(nom))
                except ValueError:
                    champ.widget = _ligne(placeholder="jj/mm/aaaa")

    def _lisible(self, nom: str) -> str:
        return str(self.data.get(nom) or "")

    def saisie(self) -> dict[str, Any]:
        """Every answer as it will be kept: the clean value when its shape is good, what was typed otherwise."""
        self.full_clean()
        return {nom: self._valeur(nom) for nom in self.fields}

    def _valeur(self, nom: str) -> Any:
        propre = self.cleaned_data.get(nom)
        if isinstance(propre, date):
            return propre.isoformat()
        if isinstance(propre, str | list):
            return propre
        brute = self.fields[nom].widget.value_from_datadict(self.data, self.files, nom)
        return brute if isinstance(brute, list) else normaliser(brute or "")

    def invalides(self) -> dict[str, str]:
        """{field: sentence} for the badly shaped answers."""
        return {nom: f"{self.fields[nom].label} : {erreurs[0]}" for nom, erreurs in self.errors.items()}


class FormulairePiece(forms.ModelForm):
    """A file and what it is; the content is checked, and the checked file is in ``cleaned_data["fichier"]``.

    ``objet``: what the step asks for; the signed letter is a PDF.
    """

    prefix = "piece"  # beside the questions of its step, in one form
    fichier = forms.FileField(
        label="Fichier",
        required=False,
        help_text=f"{fichiers.FORMATS}.",
        widget=forms.FileInput(attrs={"accept": fichiers.ACCEPT}),
    )

    class Meta:
        model = Piece
        fields = ("fichier", "titre", "alternative")
        help_texts = {
            "titre": "Ce que le jury lira. Exemple : délibération du 22 mars 2016.",
            "alternative": "Pour une image : ce qu’elle montre, pour qui ne la voit pas.",
        }

    def __init__(self, *args: Any, objet: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.est_la_lettre = objet == Piece.Objet.LETTRE
        fichier = self.fields["fichier"]
        fichier.widget.attrs["data-taille-max"] = fichiers.TAILLE_MAX
        if self.est_la_lettre:
            fichier.help_text = "PDF, 20 Mo au plus."
            fichier.widget.attrs["accept"] = f".pdf,{fichiers.PDF}"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def clean_fichier(self) -> fichiers.FichierVerifie:
        if not self.cleaned_data["fichier"]:
            raise ValidationError("Choisissez d’abord un fichier.")
        types = frozenset({fichiers.PDF}) if self.est_la_lettre else frozenset(fichiers.EXTENSIONS)
        return fichiers.verifier(self.cleaned_data["fichier"], types)

    def _post_clean(self) -> None:
        """The piece is made by ``actions.ajouter_piece``, never by this form."""


class FormulaireMotif(forms.Form):
    motif = forms.CharField(
        label="Motif", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Il sera lu par l’équipe."
    )
