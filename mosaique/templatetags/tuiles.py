"""An enjeu at a glance: its squares, its tile, its row.

Written in Python because they come by twenties: in the language of the templates they took more time than all the rest
of the mosaïque's page (``make bench-mosaique``).
"""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mosaique.queries import FamilleResumee, Tuile
from mosaique.queries import carres as carres_de
from villes_internet.socle.templatetags.typographie import nombre, pluriel

register = template.Library()

RIEN = SafeString("")
TUILE = (
    '<li class="mosaique__tuile mosaique__tuile--{famille}{vide}"><div>'
    '<span class="mosaique__nom">{nom}</span>'
    '<span class="mosaique__niveau">{carres} <span>{niveau}</span></span>'
    '<span class="mosaique__faits">{couverture} {actions}{charges}{tendance}</span></div></li>'
)
TUILE_LIEE = TUILE.replace("<div>", '<a href="{url}">').replace("</div>", "</a>")
COUVERTURE = (
    '<span><span aria-hidden="true">{}/{} services</span><span class="visually-hidden">{} sur {}, </span></span>'
)
COMPTES = '<td class="nombre">{} sur {}</td><td class="nombre">{}</td>'
CHARGE = ' <span class="mosaique__charge">{}</span>'
TENDANCE = ' <span><span aria-hidden="true">{}</span> {}</span>'
RANGEE = (
    '<tr><th scope="row">{nom}{charges}</th><td>{declare}</td><td>{etaye}</td>{comptes}'
    '<td class="nombre">{score}</td>{tendance}</tr>'
)
RANGEE_LIEE = RANGEE.replace("{nom}", '<a href="{url}">{nom}</a>')
MOT = '<span class="petit discret d-block">{}</span>'


@register.simple_tag
def carres(niveau: int | None, niveau_etaye: int) -> SafeString:
    """The level as a shape; its words stand beside."""
    return _carres(niveau, niveau_etaye)


@register.simple_tag
def tuiles(famille: FamilleResumee) -> SafeString:
    """The tiles of a family, in the list that holds them; each a link where the résumé was read ``avec_liens``."""
    liees = all(tuile.url for tuile in famille.tuiles)
    return format_html_join("", TUILE_LIEE if liees else TUILE, map(_tuile, famille.tuiles))


@register.simple_tag
def rangees(famille: FamilleResumee, *, avec_tendance: bool) -> SafeString:
    """The same as rows of the table of ``fragments/table.html``."""
    liees = all(tuile.url for tuile in famille.tuiles)
    valeurs = (_rangee(tuile, avec_tendance) for tuile in famille.tuiles)
    return format_html_join("", RANGEE_LIEE if liees else RANGEE, valeurs)


# The few values of a level, a coverage and a count: each drawn once a process.


@lru_cache(maxsize=64)
def _carres(niveau: int | None, niveau_etaye: int) -> SafeString:
    dessin = format_html_join("", '<i class="{}"></i>', ((carre,) for carre in carres_de(niveau, niveau_etaye)))
    return format_html('<span class="niveau" aria-hidden="true">{}</span>', dessin)


@lru_cache(maxsize=256)
def _couverture(en_place: int, concernes: int) -> SafeString:
    return format_html(
        COUVERTURE, en_place, concernes, pluriel(en_place, "service en place,services en place"), concernes
    )


@lru_cache(maxsize=256)
def _actions(nb: int) -> SafeString:
    return format_html("<span>{}</span>", pluriel(nb, "action,actions"))


@lru_cache(maxsize=1024)
def _comptes(en_place: int, concernes: int, nb_actions: int) -> SafeString:
    return format_html(COMPTES, en_place, concernes, nb_actions)


@lru_cache(maxsize=8)
def _cellule(mots: str) -> SafeString:
    return format_html("<td>{}</td>", mots)


@lru_cache(maxsize=8)
def _tendance(fleche: str, mots: str) -> SafeString:
    return format_html(TENDANCE, fleche, mots)


def _tuile(tuile: Tuile) -> dict[str, str]:
    return {
        "famille": tuile.famille,
        "vide": " mosaique__tuile--vide" if tuile.niveau is None else RIEN,
        "url": tuile.url,
        "nom": tuile.nom,
        "carres": _carres(tuile.niveau, tuile.niveau_etaye),
        "niveau": tuile.niveau_en_mots,
        "couverture": _couverture(tuile.nb_en_place, tuile.nb_concernes),
        "actions": _actions(tuile.nb_actions),
        "charges": _mots(CHARGE, tuile.charges),
        "tendance": _tendance(tuile.fleche, tuile.tendance_en_mots) if tuile.tendance else RIEN,
    }


def _rangee(tuile: Tuile, avec_tendance: bool) -> dict[str, str]:
    return {
        "url": tuile.url,
        "nom": tuile.nom,
        "charges": _mots(MOT, tuile.charges),
        "declare": tuile.declare_en_mots,
        "etaye": tuile.etaye_en_mots,
        "comptes": _comptes(tuile.nb_en_place, tuile.nb_concernes, tuile.nb_actions),
        "score": nombre(tuile.score),
        "tendance": _cellule(tuile.tendance_en_mots) if avec_tendance else RIEN,
    }


def _mots(modele: str, mots: list[str]) -> SafeString:
    return format_html_join("", modele, ((mot,) for mot in mots)) if mots else RIEN
