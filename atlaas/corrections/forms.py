import json
from copy import copy, deepcopy
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

from atlaas.forms import AIDES, ActionForm
from atlaas.historique import CHAMPS, libelle
from atlaas.models import Action
from villes_internet.comptes.forms import AuNomDe
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.champs import TexteCompte

# Boxes, coordinates and the figure of the indicator go by several or by none: they are told in a question.
A_PART = {"publics_vises", "est_libre", "est_replicable", "latitude", "longitude"}
CORRIGIBLES = tuple(nom for nom in CHAMPS if nom not in A_PART and not nom.startswith("indicateur_"))
OBLIGATOIRES = {"titre", "resume", "stade", "operateur"}


class CorrectionForm(AuNomDe):
    """What one field of a fiche should say; the field is checked as in the form of the fiche."""

    pourquoi = TexteCompte(
        label="Pourquoi",
        max_length=1_000,
        help_text="1 000 caractères au plus. La collectivité le lit avant de décider.",
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": 1_000}),
        error_messages={"required": "Dites pourquoi : la collectivité doit pouvoir en juger."},
    )
    source = forms.URLField(
        label="Une page qui le montre",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Facultatif. Une page publique.",
    )
    field_order = ["voulu", "pourquoi", "source", "pour"]

    def __init__(self, *args: Any, action: Action, champ: str, personne: Utilisateur, **options: Any) -> None:
        super().__init__(*args, personne=personne, **options)
        self.action, self.champ = action, champ
        voulu = deepcopy(ActionForm.base_fields[champ])
        voulu.label = f"{libelle(champ)} : ce que la fiche devrait dire"
        voulu.help_text = AIDES.get(champ, "")
        voulu.required = champ in OBLIGATOIRES
        voulu.initial = getattr(action, champ)
        self.fields["voulu"] = voulu
        self.order_fields(self.field_order)

    def clean_voulu(self) -> Any:
        voulu = self.cleaned_data["voulu"]
        if voulu == getattr(self.action, self.champ):
            raise forms.ValidationError("C’est ce que dit déjà la fiche : écrivez ce qu’elle devrait dire.")
        essai = copy(self.action)
        setattr(essai, self.champ, voulu)
        try:
            essai.validate_constraints()
        except forms.ValidationError as erreur:
            raise forms.ValidationError(erreur.messages) from erreur
        return voulu

    def voulu_json(self) -> Any:
        """As the history keeps it."""
        return json.loads(json.dumps(self.cleaned_data["voulu"], cls=DjangoJSONEncoder))


class MotForm(forms.Form):
    motif = TexteCompte(
        label="Un mot pour la personne",
        max_length=500,
        help_text="500 caractères au plus. Elle le reçoit par courriel.",
        widget=forms.Textarea(attrs={"rows": 3, "data-compteur": 500}),
        error_messages={"required": "Écrivez un mot : la personne a pris le temps de proposer."},
    )
