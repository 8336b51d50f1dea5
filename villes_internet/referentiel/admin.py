from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.models import ROLES_NATIONAUX
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre


@admin.register(Version)
class VersionAdmin(DroitsParRole, admin.ModelAdmin):
    """The versions, read only: they come from data files, by ``manage.py importer_referentiel``."""

    roles_voir = frozenset(ROLES_NATIONAUX)
    list_display = ["libelle", "code", "etat", "publiee_le"]
    fields = ["libelle", "code", "etat", "publiee_le", "contenu"]
    readonly_fields = ["libelle", "code", "etat", "publiee_le", "contenu"]

    @admin.display(description="familles, enjeux et services")
    def contenu(self, version: Version) -> SafeString:
        lu = arbre(version)
        return format_html_join(
            "",
            "<h3>{} {}</h3><ul>{}</ul>",
            (
                (
                    famille.code,
                    famille.nom,
                    format_html_join(
                        "",
                        "<li><strong>{} {}</strong> : {}</li>",
                        ((e.code, e.nom, " ; ".join(s.nom for s in e.services)) for e in famille.enjeux),
                    ),
                )
                for famille in lu.familles
            ),
        ) or format_html("<p>{}</p>", "Version vide.")
