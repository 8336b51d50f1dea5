"""The rules of a campaign in the admin panel: written in a draft, read-only once announced.

The comité d'orientation works on the grid of a draft and reads the rest.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from candidatures.campagnes import actions
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne, Critere, Mention
from candidatures.campagnes.permissions import peut_ecrire_la_grille, peut_ecrire_les_regles
from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import est_association, personne_connectee
from villes_internet.referentiel.models import Version

ADMINISTRATEUR = frozenset({Role.ADMINISTRATEUR})
CHARGE = frozenset({Role.CHARGE_DE_MISSION})
COMITE = frozenset({Role.COMITE_ORIENTATION})
LECTEURS = CHARGE | COMITE
REGLES_LIVREES = "2027"
FIGES = ("annee", "nom", "etat", "conduite", "version", "ouverture_le", "cloture_le", "echelle")
CHAMPS = (*FIGES, "jury_le", "ceremonie_le")


def est_figee(campagne: Campagne | None) -> bool:
    return campagne is not None and campagne.etat != EtatCampagne.BROUILLON


def _sans_conduite(noms: Iterable[Any]) -> tuple[Any, ...]:
    """Leading a campaign is the association's."""
    return tuple(nom for nom in noms if nom != "conduite")


class DateHeure(forms.DateTimeInput):
    """The browser's own field: labelled, in Paris time, without a script."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class Lignes(BaseInlineFormSet):
    """A cell is named by its column and its line: in a table of the panel, no label stands beside it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        ligne = str(form.instance) if form.instance.pk else "nouvelle ligne"
        for champ in form.fields.values():
            champ.widget.attrs["aria-label"] = f"{capfirst(champ.label)}, {ligne}"


class RegleInline(DroitsParRole, admin.TabularInline):
    """Lines of the rules: open in a draft only."""

    extra = 0
    formset = Lignes
    roles_voir = CHARGE
    roles_modifier = roles_ajouter = roles_supprimer = ADMINISTRATEUR

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not est_figee(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not est_figee(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not est_figee(obj) and super().has_delete_permission(request, obj)


class CritereInline(RegleInline):
    model = Critere
    roles_voir = LECTEURS
    roles_modifier = roles_ajouter = roles_supprimer = ADMINISTRATEUR | COMITE


class MentionInline(RegleInline):
    model = Mention
    roles_voir = LECTEURS


@admin.register(Campagne)
class CampagneAdmin(DroitsParRole, admin.ModelAdmin):
    """Dates are shown and typed in Paris time; the state changes on the campaign's own page only."""

    list_display = ("nom", "etat", "ouverture_le", "cloture_le", "jury_le", "conduite")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-annee",)
    inlines = (CritereInline, MentionInline)
    formfield_overrides = {
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": DateHeure},
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")},
    }
    roles_voir = LECTEURS
    roles_modifier = roles_ajouter = ADMINISTRATEUR
    fieldsets = (
        (None, {"fields": ("annee", "nom", "etat", "version", "conduite")}),
        ("Calendrier (heure de Paris)", {"fields": ("ouverture_le", "cloture_le", "jury_le", "ceremonie_le")}),
        ("Règles", {"fields": ("echelle",), "classes": ("collapse",)}),
    )

    @admin.display(description="conduite")
    def conduite(self, obj: Campagne) -> str:
        if obj.pk is None:
            return "–"
        adresse = reverse("admin:pilotage_campagne", args=[obj.pk])
        return format_html('<a href="{}">Conduire la campagne {}</a>', adresse, obj.annee)

    def get_fieldsets(self, request: HttpRequest, obj: Campagne | None = None) -> Any:
        if obj is None:
            return ((None, {"fields": ("annee", "version", "ouverture_le", "cloture_le")}),)
        if est_association(request.user):
            return self.fieldsets
        return [(titre, {**groupe, "fields": _sans_conduite(groupe["fields"])}) for titre, groupe in self.fieldsets]

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.list_display if est_association(request.user) else _sans_conduite(self.list_display)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The comité changes the grid of a draft; which fields are its own, ``get_readonly_fields`` says."""
        if super().has_change_permission(request, obj):
            return True
        return obj is not None and bool(peut_ecrire_la_grille(request.user, obj))

    def get_inlines(self, request: HttpRequest, obj: Campagne | None) -> Any:
        return self.inlines if obj is not None else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Campagne | None = None) -> tuple[str, ...]:
        if obj is not None and not peut_ecrire_les_regles(request.user):
            return tuple(nom for nom in CHAMPS if nom != "echelle" or est_figee(obj))
        return FIGES if est_figee(obj) else ("etat", "conduite")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A historical version measures nothing: it is not offered."""
        if db_field.name == "version":
            kwargs["queryset"] = Version.objects.filter(est_historique=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Campagne, form: Any, change: bool) -> None:
        """A new campaign takes the rules shipped with the application; they stay open until the announcement."""
        if change:
            super().save_model(request, obj, form, change)
            return
        creee = actions.creer(
            obj.annee,
            version=obj.version,
            regles=actions.charger_regles(REGLES_LIVREES),
            ouverture_le=obj.ouverture_le,
            cloture_le=obj.cloture_le,
            par=personne_connectee(request),
        )
        obj.pk = creee.pk
