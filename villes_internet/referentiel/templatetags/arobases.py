"""A level of the label in words: the one wording of screens, messages and PDFs."""

from django import template

from villes_internet.socle.templatetags.typographie import pluriel

register = template.Library()


@register.simple_tag
def libelle_arobases(arobases: int | str, *, est_verte: bool = False) -> str:
    """« 3 arobases, dont une verte », « 1 arobase verte », « Sans arobase »; a template gives the number as text."""
    n = int(arobases)
    if n == 0:
        return "Sans arobase"
    nom = pluriel(n, "arobase,arobases")
    if not est_verte:
        return nom
    return f"{nom} verte" if n == 1 else f"{nom}, dont une verte"
