"""The association's pages and its panel on the first page."""

from collections.abc import Sequence
from typing import cast

from django.contrib import admin
from django.http import HttpRequest

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.campagnes.queries import campagne_courante
from candidatures.pilotage import views
from candidatures.pilotage.observatoire import views as observatoire
from candidatures.pilotage.permissions import peut_observer, peut_simuler, peut_suivre
from candidatures.pilotage.queries import entonnoir, jalons
from candidatures.pilotage.simulation.views import simulation
from villes_internet.admin_site import Administration, Entree, Panneau
from villes_internet.comptes.permissions import est_du_comite, personne_connectee
from villes_internet.referentiel.etats import EtatVersion
from villes_internet.referentiel.models import Version

site = cast(Administration, admin.site)
site.ajouter_page("dossiers/", views.dossiers, "pilotage_dossiers")
site.ajouter_page("simulation/", simulation, "pilotage_simulation")
site.ajouter_page("observatoire/", observatoire.observatoire, "pilotage_observatoire")
site.ajouter_page("observatoire/tableau.csv", observatoire.exporter, "pilotage_observatoire_csv")
site.ajouter_page("campagne/<int:pk>/", views.campagne, "pilotage_campagne")
site.ajouter_page("campagne/<int:pk>/<slug:code>/", views.conduire, "pilotage_conduire")


@site.ajouter_menu
def menu(request: HttpRequest) -> Sequence[Entree]:
    personne = personne_connectee(request)
    entrees = []
    if peut_suivre(personne):
        entrees.append(Entree("Dossiers", "pilotage_dossiers"))
    if peut_observer(personne):
        entrees.append(Entree("Observatoire", "pilotage_observatoire"))
    if peut_simuler(personne) and not peut_suivre(personne):  # the association goes there from its campaign
        entrees.append(Entree("Simulation", "pilotage_simulation"))
        entrees.append(Entree("Grille du jury", "candidatures_campagne_changelist"))
    return entrees


@site.ajouter_panneau
def panneau(request: HttpRequest) -> Panneau | None:
    if not peut_suivre(personne_connectee(request)) or (campagne := campagne_courante()) is None:
        return None
    contexte = {"campagne": campagne, "jalons": jalons(campagne), "entonnoir": entonnoir(campagne)}
    return Panneau("candidatures/pilotage/panneau.html", contexte)


@site.ajouter_panneau
def panneau_du_comite(request: HttpRequest) -> Panneau | None:
    """Where the comité d'orientation works."""
    if not est_du_comite(request.user):
        return None
    contexte = {
        "brouillons": Version.objects.filter(etat=EtatVersion.BROUILLON).order_by("-code"),
        "campagnes": Campagne.objects.filter(etat=EtatCampagne.BROUILLON).order_by("-annee"),
    }
    return Panneau("candidatures/pilotage/panneau_comite.html", contexte)
