"""The versions in the admin panel: their list, their page, what the association does with them."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from villes_internet.admin_site import Administration, Entree
from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.models import ROLES_NATIONAUX
from villes_internet.comptes.permissions import est_association, est_du_comite
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.permissions import peut_ecrire_les_versions
from villes_internet.referentiel.views import versions

site = cast(Administration, admin.site)
for _route, _vue, _nom in (
    ("referentiel/importer/", versions.importer, "referentiel_importer"),
    ("referentiel/<int:pk>/exporter/<slug:format_>/", versions.exporter, "referentiel_exporter"),
    ("referentiel/<int:pk>/publier/", versions.publier, "referentiel_publier"),
    ("referentiel/<int:pk>/retirer/", versions.retirer, "referentiel_retirer"),
    ("referentiel/<int:pk>/corriger/", versions.corriger, "referentiel_corriger"),
):
    site.ajouter_page(_route, cast(Any, _vue), _nom)


@site.ajouter_menu
def menu(request: HttpRequest) -> Sequence[Entree]:
    prepare = est_association(request.user) or est_du_comite(request.user)
    return [Entree("Référentiel", "referentiel_version_changelist")] if prepare else []


@admin.register(Version)
class VersionAdmin(DroitsParRole, admin.ModelAdmin):
    """A version is never edited field by field: a file replaces a draft, and only typos of a published one change."""

    roles_voir = frozenset(ROLES_NATIONAUX)
    list_display = ("libelle", "code", "etat", "publiee_le", "est_historique", "nb_campagnes_en_cours")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        verdict = {"verdict_ecrire": peut_ecrire_les_versions(request.user)}
        return super().changelist_view(request, {**verdict, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = get_object_or_404(Version, pk=object_id)
        if request.method == "POST" or not self.has_view_permission(request, version):
            raise PermissionDenied
        return versions.page(request, version)
