"""« Intégrer à votre site »: the code of a page's frame, where the page is read."""

from typing import Any

from django import template

from atlaas.integration import calculs, queries
from atlaas.models import Action
from atlaas.recherche.forms import RechercheForm
from villes_internet.territoires.models import Collectivite

register = template.Library()


@register.inclusion_tag("atlaas/integration/panneau.html")
def panneau_d_integration(quoi: Action | Collectivite | RechercheForm) -> dict[str, Any]:
    """A public fiche, a collectivité or a valid search; no query."""
    if isinstance(quoi, Action):
        cible = queries.cible_de_fiche(quoi)
    elif isinstance(quoi, Collectivite):
        cible = queries.cible_de_collectivite(quoi)
    else:
        cible = queries.cible_de_carte(quoi)
    taille = calculs.taille(cible.genre)
    assert taille is not None
    return {"cible": cible, "code": calculs.code(cible.adresse_du_cadre, cible.titre, taille)}
