"""How a person appears on public pages."""

from django import template

from atlaas.identites import nom_public
from atlaas.models import Correction, Propos

register = template.Library()


@register.filter
def signature(ecrit: Propos | Correction) -> str:
    """First name and collectivité of who wrote; both loaded with it."""
    return nom_public(ecrit.auteur, ecrit.collectivite)
