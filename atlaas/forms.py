from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from atlaas.models import Action
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import Arbre
from villes_internet.socle.champs import TexteCompte
from villes_internet.socle.versions import Divergence, Valeur

LONGS = {"resume": 3, "description": 10, "resultats": 4, "comment_repliquer": 4}


def _champ(champ: models.Field, **options: Any) -> forms.Field | None:
    """Texts are cleaned and counted as their reader counts them; dates use the browser's picker."""
    if isinstance(champ, models.URLField):
        return forms.URLField(
            label="Lien",
            required=False,
            max_length=500,
            assume_scheme="https",
            help_text="Une page publique du service.",
        )
    if isinstance(champ, models.CharField | models.TextField) and not champ.choices:
        compteur = {"data-compteur": champ.max_length} if champ.max_length and champ.max_length >= 120 else {}
        lignes = LONGS.get(champ.name)
        widget = forms.Textarea(attrs={"rows": lignes, **compteur}) if lignes else forms.TextInput(attrs=compteur)
        colonne = champ.max_length if isinstance(champ, models.CharField) else None
        return TexteCompte(
            label=_majuscule(champ), required=False, max_length=champ.max_length, points_max=colonne, widget=widget
        )
    if isinstance(champ, models.DateField):
        options["widget"] = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        options["error_messages"] = {"invalid": "Écrivez la date comme 2027-06-30."}
    if isinstance(champ, models.DecimalField):
        options |= {"localize": True, "widget": forms.TextInput(attrs={"inputmode": "decimal"})}
    return champ.formfield(label=_majuscule(champ), **options)


def _majuscule(champ: models.Field) -> str:
    nom = str(champ.verbose_name)
    return nom[:1].upper() + nom[1:]


class ActionForm(forms.ModelForm):
    """A fiche. Nothing is required to save a draft; ``completude`` says what publishing needs."""

    numero_version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    services = forms.ModelMultipleChoiceField(Service.objects.none(), label="Services", required=False)

    class Meta:
        model = Action
        formfield_callback = _champ
        fields = [
            "titre",
            "resume",
            "services",
            "stade",
            "description",
            "publics",
            "date_debut",
            "date_fin",
            "operateur",
            "nom_operateur",
            "resultats",
            "indicateur_libelle",
            "indicateur_valeur",
            "indicateur_unite",
            "indicateur_date",
            "outils",
            "est_libre",
            "est_replicable",
            "comment_repliquer",
            "contact",
            "lien",
        ]

    def __init__(self, *args: Any, arbre: Arbre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = self.fields["services"]
        assert isinstance(choix, forms.ModelMultipleChoiceField)
        choix.queryset = Service.objects.filter(enjeu__famille__version=arbre.version_pk).order_by(
            "enjeu__position", "position"
        )
        aides = {
            "titre": "120 caractères au plus. Dites ce que l’action fait, pour qui.",
            "resume": "300 caractères au plus, deux ou trois phrases : c’est ce qui s’affiche dans les listes.",
            "description": "5 000 caractères au plus. Le Markdown est permis : **gras**, listes, liens.",
            "publics": "Par exemple : familles, personnes âgées, associations.",
            "resultats": "2 000 caractères au plus. Ce qui a changé, avec des chiffres.",
            "indicateur_libelle": "Par exemple : signalements traités en moins de deux jours.",
            "outils": "Noms des logiciels ou des plateformes.",
            "comment_repliquer": "1 000 caractères au plus. Ce qu’une autre collectivité doit prévoir.",
            "contact": "Une fonction plutôt qu’une personne, par exemple : direction du numérique, numerique@ville.fr.",
        }
        self.fields["stade"].label = "Où en est l’action"
        for nom, aide in aides.items():
            self.fields[nom].help_text = aide

    @property
    def coches(self) -> set[str]:
        """Primary keys of the services ticked, as text."""
        return {str(getattr(valeur, "pk", valeur)) for valeur in self["services"].value() or ()}

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        debut, fin = donnees.get("date_debut"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            self.add_error("date_fin", "La fin ne peut pas précéder le début.")
        if donnees.get("indicateur_valeur") is not None and not donnees.get("indicateur_libelle"):
            self.add_error("indicateur_libelle", "Dites ce que mesure cette valeur.")
        return donnees

    def champs(self) -> dict[str, Any]:
        """What ``actions`` take: the model's own fields, without the services and the version."""
        return {nom: v for nom, v in self.cleaned_data.items() if nom not in {"services", "numero_version"}}

    def garder_le_valable(self, action: Action) -> dict[str, str]:
        """After a refusal: put what is stored back in the refused fields, and give {field: sentence} for them."""
        erreurs = {nom: " ".join(str(e) for e in liste) for nom, liste in self.errors.items()}
        for nom in erreurs:
            self.cleaned_data[nom] = action.services.all() if nom == "services" else getattr(action, nom)
        return erreurs

    def divergences(self, actuelle: Action) -> list[Divergence]:
        """The fields, services apart, on which what was typed differs from what was saved meanwhile."""
        return [
            Divergence(nom, str(self.fields[nom].label), self._valeur(nom, mienne), self._valeur(nom, autre))
            for nom, mienne in self.champs().items()
            for autre in [getattr(actuelle, nom)]
            if mienne != autre
        ]

    def _valeur(self, nom: str, brute: Any) -> Valeur:
        champ = self.fields[nom]
        if isinstance(champ, forms.BooleanField):
            return Valeur("on" if brute else "", "Oui" if brute else "Non")
        if isinstance(champ, forms.ChoiceField):
            return Valeur(brute, str(dict(champ.choices).get(brute, brute)))  # type: ignore[arg-type]
        if isinstance(brute, Decimal):
            return Valeur(str(brute), f"{brute:f}")
        texte = "" if brute is None else str(brute)
        return Valeur(texte, texte or "(vide)")
