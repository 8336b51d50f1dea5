"""The moderation in the admin panel: its page, its line of the menu, its counts on the first page."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest

from atlaas.questions.queries import nb_a_moderer
from atlaas.questions.views import moderation
from villes_internet.admin_site import Administration, Entree, Panneau
from villes_internet.comptes.permissions import est_association

site = cast(Administration, admin.site)
site.ajouter_page("moderation/", moderation.moderation, "atlaas_moderation")
site.ajouter_page("moderation/<int:pk>/", moderation.decider, "atlaas_moderer")


@site.ajouter_menu
def menu(request: HttpRequest) -> list[Entree]:
    return [Entree("Modération", "atlaas_moderation")] if est_association(request.user) else []


@site.ajouter_panneau
def panneau(request: HttpRequest) -> Panneau | None:
    """How much waits to be read."""
    if not est_association(request.user):
        return None
    return Panneau("atlaas/questions/admin/panneau.html", {"nb": nb_a_moderer()})
