from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from atlaas import actions
from atlaas.etats import PUBLICS, EtatAction
from atlaas.models import Action, Blocage
from atlaas.selections.permissions import peut_composer_selections
from atlaas.selections.views import atelier
from villes_internet.admin_site import Administration, Entree
from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import personne_connectee

ASSOCIATION = frozenset({Role.CHARGE_DE_MISSION, Role.ADMINISTRATEUR})

site = cast(Administration, admin.site)
for _route, _vue, _nom in (
    ("selections/", atelier.selections, "selections"),
    ("selections/nouvelle/", atelier.nouvelle, "selection_nouvelle"),
    ("selections/<int:pk>/", atelier.selection, "selection"),
    ("selections/<int:pk>/fiches/", atelier.ranger, "selection_ranger"),
    ("selections/<int:pk>/fiches/ajouter/", atelier.ajouter, "selection_ajouter"),
    ("selections/<int:pk>/etat/", atelier.changer_etat, "selection_etat"),
):
    site.ajouter_page(_route, cast(Any, _vue), _nom)


@site.ajouter_menu
def menu(request: HttpRequest) -> Sequence[Entree]:
    return [Entree("Sélections", "selections")] if peut_composer_selections(request.user) else []


class ModerationForm(forms.ModelForm):
    """What the moderation may do with a fiche in its present state."""

    decision = forms.ChoiceField(label="Décision", required=False)
    motif = forms.CharField(
        label="Motif",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La collectivité le lit à côté de sa fiche. Nécessaire pour dépublier.",
    )

    class Meta:
        model = Action
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        depublier = [("depublier", "Dépublier : la fiche quitte les pages publiques")]
        decisions = dict.fromkeys(PUBLICS, depublier) | {
            EtatAction.DEPUBLIEE: [("retablir", "Rétablir : la fiche redevient un brouillon de sa collectivité")],
        }
        choix = self.fields["decision"]
        assert isinstance(choix, forms.ChoiceField)
        choix.choices = [("", "Ne rien changer"), *decisions.get(EtatAction(self.instance.etat), [])]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("decision") == "depublier" and not donnees.get("motif", "").strip():
            self.add_error("motif", "Écrivez le motif : la collectivité doit savoir quoi corriger.")
        return donnees


@admin.register(Blocage)
class BlocageAdmin(DroitsParRole, admin.ModelAdmin):
    """People kept from writing through the relay."""

    roles_voir = roles_modifier = roles_ajouter = roles_supprimer = ASSOCIATION
    list_display = ["utilisateur", "motif", "depuis"]
    list_select_related = ["utilisateur"]
    autocomplete_fields = ["utilisateur"]
    readonly_fields = ["depuis"]
    ordering = ["-depuis"]


@admin.register(Action)
class ActionAdmin(DroitsParRole, admin.ModelAdmin):
    """Moderation of the fiches: read, remove with a motive, put back."""

    roles_voir = roles_modifier = ASSOCIATION
    form = ModerationForm
    list_display = ["titre", "collectivite", "etat", "stade", "publiee_le"]
    list_filter = ["etat", "stade", "operateur"]
    list_select_related = ["collectivite"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]
    search_fields = ["titre", "collectivite__nom", "collectivite__code"]
    lus = ["titre", "collectivite", "etat", "resume", "description", "resultats", "contact", "lien", "publiee_le"]
    readonly_fields = lus
    fields = [*lus, "decision", "motif"]

    def save_model(self, request: HttpRequest, obj: Action, form: Any, change: bool) -> None:
        personne = personne_connectee(request)
        decision = form.cleaned_data["decision"]
        if decision == "depublier":
            actions.depublier_action(obj, par=personne, motif=form.cleaned_data["motif"])
        elif decision == "retablir":
            actions.retablir_action(obj, par=personne)


# Each slice registers its own pages and models.
for tranche in ("questions", "corrections"):
    import_module(f"atlaas.{tranche}.admin")
