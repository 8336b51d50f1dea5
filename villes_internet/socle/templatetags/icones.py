"""What the components need: the icons of our sprite, the pages around the current one."""

from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icone(nom: str, classe: str = "") -> SafeString:
    """A decoration: the word beside it says the same."""
    return format_html(
        '<svg class="icone {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classe,
        static("img/icones.svg"),
        nom,
    )


@register.filter
def pages_proches(paginateur: "Paginator[Any]", numero: int) -> list[int | None]:
    """First, last and the pages around; None stands for a gap."""
    pages = paginateur.get_elided_page_range(numero, on_each_side=1, on_ends=1)
    return [n if isinstance(n, int) else None for n in pages]


@register.filter
def jours_restants(fin: datetime) -> int:
    """Whole calendar days until a deadline, in Paris; negative once it has passed, were it a second ago."""
    maintenant = timezone.now()
    if fin <= maintenant:
        return -1
    return (timezone.localdate(fin) - timezone.localdate(maintenant)).days
