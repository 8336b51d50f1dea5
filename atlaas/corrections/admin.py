from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from atlaas.corrections import actions
from atlaas.etats import EtatCorrection
from atlaas.models import Correction
from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.permissions import ASSOCIATION, personne_connectee


class RetraitForm(forms.ModelForm):
    """The motive removes what waits; empty, nothing changes."""

    motif = forms.CharField(
        label="Retirer, pour ce motif",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La personne le reçoit par courriel ; la collectivité ne voit plus la proposition.",
    )

    class Meta:
        model = Correction
        fields: list[str] = []

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("motif") and self.instance.etat != EtatCorrection.PROPOSEE:
            self.add_error("motif", "Cette correction est déjà décidée : il n’y a rien à retirer.")
        return donnees


@admin.register(Correction)
class CorrectionAdmin(DroitsParRole, admin.ModelAdmin):
    """What readers propose: read, and removed with a motive."""

    roles_voir = roles_modifier = ASSOCIATION
    form = RetraitForm
    list_display = ["action", "champ", "auteur", "etat", "le"]
    list_filter = ["etat"]
    list_select_related = ["action", "auteur"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]
    search_fields = ["action__titre", "auteur__email"]
    lus = ["action", "champ", "lu", "voulu", "pourquoi", "source", "auteur", "collectivite", "etat", "le"]
    readonly_fields = lus
    fields = [*lus, "motif"]

    def save_model(self, request: HttpRequest, obj: Correction, form: Any, change: bool) -> None:
        motif = form.cleaned_data["motif"]
        if motif:
            actions.retirer(obj, motif=motif, par=personne_connectee(request), a=timezone.now())
