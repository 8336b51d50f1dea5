from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from atlaas.models import Action
from atlaas.queries import avec_cartes
from atlaas.recherche.forms import RechercheForm
from atlaas.recherche.queries.criteres import cles_des_choix, entrees

NB = 30


class FluxRecherche(Feed):
    """The latest fiches of any search as an Atom feed; its address is the search's."""

    feed_type = Atom1Feed
    description_template = None

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> RechercheForm:
        form = RechercheForm.lue(request.GET)
        if not form.is_valid():
            raise Http404("Cette recherche n’a pas pu être lue.")
        return form

    def title(self, form: RechercheForm) -> str:
        return f"Atlaas : {form.intitule()}"

    def link(self, form: RechercheForm) -> str:
        return f"{reverse('atlaas:liste')}?{form.parametres()}"

    def feed_url(self, form: RechercheForm) -> str:
        return f"{reverse('atlaas:flux')}?{form.parametres()}"

    def subtitle(self, form: RechercheForm) -> str:
        return "Les dernières actions publiées dans l’Atlaas. Licence Ouverte 2.0."

    def items(self, form: RechercheForm) -> list[Action]:
        criteres = form.criteres()
        lignes = entrees(criteres, cles_des_choix(criteres)).order_by("-publiee_le", "-pk")
        fiches = avec_cartes(Action.objects.filter(pk__in=list(lignes.values_list("pk", flat=True)[:NB])))
        return list(fiches.order_by("-publiee_le", "-pk"))

    def item_title(self, item: Any) -> str:
        return f"{item}, {item.collectivite}"

    def item_description(self, item: Any) -> str:
        return str(item.resume)

    def item_author_name(self, item: Any) -> str:
        return str(item.collectivite)

    def item_pubdate(self, item: Any) -> Any:
        return item.publiee_le

    def item_updateddate(self, item: Any) -> Any:
        return item.modifie_le
