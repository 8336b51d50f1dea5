"""The frame of a radar, the same for every collectivité of a version: drawn once a process."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mosaique.comparaison.calculs import Axe, Radar

register = template.Library()

ANNEAU = '<polygon class="radar__anneau" fill="none" stroke="#d9d6cc" stroke-width="2" points="{}" />'
BRANCHE = '<line class="radar__anneau" stroke="#d9d6cc" stroke-width="2" x1="0" y1="0" x2="{}" y2="{}" />'
NOM = (
    '<text class="radar__nom" fill="#16213e" font-family="Atkinson Hyperlegible" font-size="27" x="{}" y="{}" '
    'text-anchor="{}">{}</text>'
)


@register.simple_tag
def cadre_du_radar(radar: Radar) -> SafeString:
    """Its rings, its axes and their names; the attributes are the colours of the paper."""
    return _cadre(radar.axes, radar.anneaux)


@lru_cache(maxsize=16)
def _cadre(axes: tuple[Axe, ...], anneaux: tuple[str, ...]) -> SafeString:
    noms = ((x, y, axe.ancre, mot) for axe in axes for x, y, mot in axe.lignes)
    return format_html(
        "{}{}{}",
        format_html_join("", ANNEAU, ((anneau,) for anneau in anneaux)),
        format_html_join("", BRANCHE, (axe.bout for axe in axes)),
        format_html_join("", NOM, noms),
    )
