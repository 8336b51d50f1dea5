"""The association's pages and its panel on the first page."""

from collections.abc import Sequence
from typing import cast

from django.contrib import admin
from django.http import HttpRequest

from candidatures.campagnes.queries import campagne_courante
from candidatures.pilotage import views
from candidatures.pilotage.permissions import peut_suivre
from candidatures.pilotage.queries import entonnoir, jalons
from candidatures.pilotage.simulation.views import simulation
from villes_internet.admin_site import Administration, Entree, Panneau
from villes_internet.comptes.permissions import personne_connectee

site = cast(Administration, admin.site)
site.ajouter_page("dossiers/", views.dossiers, "pilotage_dossiers")
site.ajouter_page("simulation/", simulation, "pilotage_simulation")
site.ajouter_page("campagne/<int:pk>/", views.campagne, "pilotage_campagne")
site.ajouter_page("campagne/<int:pk>/<slug:code>/", views.conduire, "pilotage_conduire")


@site.ajouter_menu
def menu(request: HttpRequest) -> Sequence[Entree]:
    return [Entree("Dossiers", "pilotage_dossiers")] if peut_suivre(personne_connectee(request)) else []


@site.ajouter_panneau
def panneau(request: HttpRequest) -> Panneau | None:
    if not peut_suivre(personne_connectee(request)) or (campagne := campagne_courante()) is None:
        return None
    contexte = {"campagne": campagne, "jalons": jalons(campagne), "entonnoir": entonnoir(campagne)}
    return Panneau("candidatures/pilotage/panneau.html", contexte)
