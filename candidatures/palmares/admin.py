"""The palmarès in the admin panel: its pages, its menu, and read-only registers of results and certificates."""

from collections.abc import Sequence
from typing import cast

from django.contrib import admin
from django.http import HttpRequest

from candidatures.palmares import views_administration as views
from candidatures.palmares.models import Certificat, Resultat
from candidatures.palmares.permissions import peut_gerer_palmares
from villes_internet.admin_site import Administration, Entree
from villes_internet.comptes.admin import DroitsParRole
from villes_internet.comptes.permissions import ASSOCIATION

site = cast(Administration, admin.site)

for _route, _vue, _nom in (
    ("palmares/", views.palmares, "palmares"),
    ("palmares/<int:annee>/publier/", views.publier, "palmares_publier"),
    ("palmares/lots/<int:pk>/", views.lot, "palmares_lot"),
    ("palmares/lots/<int:pk>/reprendre/", views.reprendre, "palmares_reprendre"),
    ("palmares/certificats/<int:pk>/", views.certificat, "palmares_certificat"),
    ("palmares/certificats/<int:pk>/changer/", views.changer, "palmares_changer"),
):
    site.ajouter_page(_route, _vue, _nom)


@site.ajouter_menu
def menu(request: HttpRequest) -> Sequence[Entree]:
    return [Entree("Palmarès", "palmares")] if peut_gerer_palmares(request.user) else []


@admin.register(Resultat)
class ResultatAdmin(DroitsParRole, admin.ModelAdmin):
    """To read only: a result is corrected from its certificate, with a motive."""

    list_display = ("nom_affiche", "campagne", "arobases")
    list_filter = ("campagne", "arobases")
    list_select_related = ("campagne",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("nom",)
    search_help_text = "Nom publié"
    ordering = ("-campagne", "cle_alphabetique", "pk")
    fields = ("nom", "campagne", "collectivite", "type", "region", "arobases", "mentions")
    roles_voir = ASSOCIATION

    @admin.display(description="nom publié", ordering="cle_alphabetique")
    def nom_affiche(self, resultat: Resultat) -> str:
        return resultat.nom


@admin.register(Certificat)
class CertificatAdmin(DroitsParRole, admin.ModelAdmin):
    """To read only: the register of what was issued, with what each certificate said."""

    list_display = ("numero", "resultat", "etat", "emis_le")
    list_filter = ("etat",)
    list_select_related = ("resultat",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("numero", "resultat__nom")
    search_help_text = "Numéro ou nom publié"
    ordering = ("-pk",)
    fields = ("numero", "code", "etat", "resultat", "rang", "emis_le", "empreinte", "contenu", "remplace_par", "erreur")
    roles_voir = ASSOCIATION
