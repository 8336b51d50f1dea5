"""Mark the words of a search in what is shown, whatever their accents, case or ending."""

import re
from collections.abc import Callable, Iterable

from django.db import connection
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from atlaas.recherche.queries.criteres import sans_les_exclus

MOT = re.compile(r"\w+")
RACINES = "SELECT mot, ts_lexize('french_stem', vi_sans_accents(mot)) FROM unnest(%s::text[]) mot"


def racines(mots: Iterable[str]) -> dict[str, str]:
    """{word: its stem as the search sees it}; one query for any number of words."""
    with connection.cursor() as curseur:
        curseur.execute(RACINES, [sorted(set(mots))])
        return {mot: lexemes[0] for mot, lexemes in curseur if lexemes}


def surligner(q: str, textes: Iterable[str]) -> list[SafeString]:
    """The texts as HTML with ``<mark>`` around what answers ``q``; one query for them all, none without words."""
    textes = list(textes)
    cherches = [mot for mot in MOT.findall(sans_les_exclus(q)) if mot.lower() != "or"]
    if not cherches:
        return [mark_safe(escape(texte)) for texte in textes]  # noqa: S308  escaped
    connues = racines([*cherches, *(mot for texte in textes for mot in MOT.findall(texte))])
    voulues = {connues[mot] for mot in cherches if mot in connues}
    debut = connues.get(cherches[-1], "") if len(cherches[-1]) > 2 else ""

    def marquer(trouve: re.Match[str]) -> str:
        racine = connues.get(trouve[0], "")
        repond = racine in voulues or (debut and racine.startswith(debut))
        return format_html("<mark>{}</mark>", trouve[0]) if repond else escape(trouve[0])

    return [mark_safe(_marquer_mots(texte, marquer)) for texte in textes]  # noqa: S308  each piece is escaped


def _marquer_mots(texte: str, marquer: Callable[[re.Match[str]], str]) -> str:
    morceaux, fin = [], 0
    for trouve in MOT.finditer(texte):
        morceaux += [escape(texte[fin : trouve.start()]), marquer(trouve)]
        fin = trouve.end()
    return "".join([*morceaux, escape(texte[fin:])])
