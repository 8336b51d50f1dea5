"""French typography for templates."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS

register = template.Library()

INSECABLE = "\u00a0"
FINE = "\u202f"


@register.filter
def nombre(valeur: int | float | Decimal | None, decimales: int = 0) -> str:
    """``12 345,6`` with a narrow no-break space; an en dash when there is no value."""
    if valeur is None:
        return "–"
    return f"{valeur:,.{decimales}f}".replace(",", FINE).replace(".", ",")


@register.filter
def pourcent(part: str | float | Decimal) -> str:
    """``{{ "0.6"|pourcent }}`` → ``60 %``; a part is 0–1."""
    return f"{nombre(100 * Decimal(part))}{INSECABLE}%"


@register.filter
def date_heure(valeur: datetime | None) -> str:
    """``22 novembre 2026 à 18 h 05``, Paris time."""
    if valeur is None:
        return "–"
    local = timezone.localtime(valeur)
    return f"{jour(local)} à {heure(local)}"


@register.filter
def jour(valeur: date) -> str:
    """``1er mars 2027``; a date and time in its own time zone."""
    return f"{'1er' if valeur.day == 1 else valeur.day} {MONTHS[valeur.month]} {valeur.year}"


@register.filter
def heure(valeur: datetime) -> str:
    """``18 h 05``, Paris time."""
    local = timezone.localtime(valeur)
    return f"{local.hour}{INSECABLE}h{INSECABLE}{local.minute:02d}"


@register.filter
def pluriel(n: int, mots: str) -> str:
    """``{{ 3|pluriel:"action,actions" }}`` → ``3 actions``; French plural starts at two."""
    singulier, pluriel_ = mots.split(",")
    return f"{nombre(n)}{INSECABLE}{pluriel_ if abs(n) >= 2 else singulier}"


@register.filter
def ligne(valeur: object) -> str:
    """On one line: what somebody typed goes into a subject or a sentence without beginning another."""
    return " ".join(str(valeur).split())


@register.filter
def citation(texte: str) -> str:
    """Each line behind ``>``: in a message, what somebody typed is quoted, and never becomes a button of ours."""
    return "\n".join(f"> {ligne_}" for ligne_ in texte.splitlines())
