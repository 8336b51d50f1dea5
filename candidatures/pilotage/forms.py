from django import forms

from candidatures.dossiers.etats import EtatDossier
from candidatures.pilotage.queries import Filtres
from villes_internet.territoires.models import Region, TypeCollectivite


class FiltreDossiers(forms.Form):
    """Filters of the list; anything unreadable counts as no filter."""

    texte = forms.CharField(label="Collectivité", required=False, max_length=100, help_text="nom, code INSEE ou postal")
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Déposés, tous états"), *EtatDossier.choices])
    type = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[
            ("", "Tous"),
            *((t.value, t.label) for t in (TypeCollectivite.COMMUNE, TypeCollectivite.EPCI, TypeCollectivite.EPT)),
        ],
    )
    region = forms.ModelChoiceField(Region.objects.all(), label="Région", required=False, empty_label="Toutes")

    def filtres(self) -> Filtres:
        lus = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        region = lus.get("region")
        return Filtres(lus.get("texte", ""), lus.get("etat", ""), lus.get("type", ""), region.pk if region else "")


class MotifCampagne(forms.Form):
    motif = forms.CharField(label="Motif", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class Prolongation(forms.Form):
    jusqu_au = forms.DateTimeField(
        label="Nouvelle clôture (heure de Paris)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"required": "Dites jusqu’à quand.", "invalid": "Donnez une date et une heure."},
    )
    motif = forms.CharField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Un motif est nécessaire : il est annoncé à tous."},
    )
