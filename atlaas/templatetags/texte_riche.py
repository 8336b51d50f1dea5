"""Markdown written by the collectivités, made safe: no raw HTML, no image, no heading above the page's own."""

from decimal import Decimal

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from villes_internet.socle.templatetags.typographie import nombre

register = template.Library()

_LECTEUR = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
_BALISES = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "hr"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_TITRES = {f"h{rang}": "h3" for rang in range(1, 7)}


@register.filter
def texte_riche(texte: str) -> SafeString:
    """HTML of a Markdown text; all its headings are of the third level, under the page's."""
    jetons = _LECTEUR.parse(texte)
    for jeton in jetons:
        jeton.tag = _TITRES.get(jeton.tag, jeton.tag)
    html = _LECTEUR.renderer.render(jetons, _LECTEUR.options, {})
    propre = nh3.clean(
        html,
        tags=_BALISES,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return mark_safe(propre)  # noqa: S308  cleaned by nh3 against a closed list


@register.filter
def mesure(valeur: Decimal) -> str:
    """A value without its useless zeros: ``412.00`` → ``412``, ``3.50`` → ``3,5``."""
    texte = f"{valeur:f}"
    decimales = len(texte.partition(".")[2].rstrip("0"))
    return nombre(valeur, decimales)
