"""The sizes of what another site shows in a frame, and the code that it copies; no Django but its escaping."""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.html import escape


class Genre(StrEnum):
    FICHE = "fiche"
    COLLECTIVITE = "collectivite"
    CARTE = "carte"


@dataclass(frozen=True, slots=True)
class Taille:
    """Pixels of CSS; ``largeur`` is the widest, the frame takes the width that it is given."""

    cle: str
    libelle: str
    largeur: int
    hauteur: int


_TAILLES = (("colonne", "Colonne", 320), ("article", "Article", 640), ("large", "Pleine largeur", 960))
_HAUTEURS = {Genre.FICHE: (500, 340, 300), Genre.COLLECTIVITE: (600, 560, 560), Genre.CARTE: (560, 680, 720)}
PAR_DEFAUT = "article"


def tailles(genre: Genre) -> list[Taille]:
    """From the narrowest to the widest."""
    return [Taille(*taille, hauteur) for taille, hauteur in zip(_TAILLES, _HAUTEURS[genre], strict=True)]


def taille(genre: Genre, cle: str = PAR_DEFAUT) -> Taille | None:
    return next((t for t in tailles(genre) if t.cle == cle), None)


def taille_pour(genre: Genre, largeur: int | None, hauteur: int | None) -> Taille:
    """The widest that holds in the room given, an article's where it is not said; the narrowest, reduced, at worst."""
    if largeur is None:
        largeur = _TAILLES[1][2]
    possibles = [t for t in tailles(genre) if t.largeur <= largeur]
    choisie = possibles[-1] if possibles else tailles(genre)[0]
    return replace(
        choisie, largeur=min(choisie.largeur, largeur), hauteur=min(choisie.hauteur, hauteur or choisie.hauteur)
    )


def code(adresse: str, titre: str, taille: Taille) -> str:
    """The frame, to be copied as it is: a text, that a template escapes once more to show it."""
    return (
        f'<iframe src="{escape(adresse)}" title="{escape(titre)}" width="100%" height="{taille.hauteur}"'
        f' loading="lazy" style="border: 0; max-width: {taille.largeur}px"></iframe>'
    )
