"""The registry in the admin panel: to look at, never to edit (``importer_territoires`` writes it)."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest

from villes_internet.territoires.models import Collectivite, TypeCollectivite
from villes_internet.territoires.queries import rechercher


@admin.register(Collectivite)
class CollectiviteAdmin(admin.ModelAdmin):
    list_display = ("nom_affiche", "code", "type", "departement", "population", "a_confirmer")
    list_filter = ("type", "a_confirmer", "region")
    list_select_related = ("departement",)
    list_per_page = 50
    search_fields = ("nom",)
    search_help_text = "Nom, code postal, code INSEE ou SIREN ; accents, tirets et casse ne comptent pas."
    show_full_result_count = False
    exclude = ("nom_normalise", "termes")

    @admin.display(description="nom", ordering="cle_alphabetique")
    def nom_affiche(self, collectivite: Collectivite) -> str:
        return collectivite.nom

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The registry's own search, its order kept; it serves the autocomplete of other panels too."""
        if not search_term:
            return queryset, False
        pks = [r.collectivite.pk for r in rechercher(search_term, 50, types=list(TypeCollectivite))]
        rangs = Case(*(When(pk=pk, then=rang) for rang, pk in enumerate(pks)), default=len(pks))
        return queryset.filter(pk__in=pks).order_by(rangs), False

    def has_view_permission(self, request: HttpRequest, obj: Collectivite | None = None) -> bool:
        """Public data: whoever enters the panel may look it up, and use it as an autocomplete."""
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Not on the first page, which is about what one has to do."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Collectivite | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Collectivite | None = None) -> bool:
        return False
