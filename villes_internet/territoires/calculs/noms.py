"""Names of collectivités: one form for the registry and for what people type."""

import re
import unicodedata
from dataclasses import dataclass

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "ʼ": "'", "`": "'"})
_ABREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ELISIONS = frozenset({"l", "d"})
_NATURES = (
    ("communaute", "de", "communes"),
    ("communaute", "agglomeration"),
    ("communaute", "urbaine"),
    ("cc",),
    ("ca",),
    ("cu",),
)
_VOYELLES = ("a", "e", "i", "o", "u", "y")
_ARTICLES = frozenset({"de", "du", "des"})

MIN_CARACTERES = 2
SIREN = 9
SIRET = 14


def normaliser(nom: str) -> str:
    """Lower-case words of [a-z0-9] separated by one space; equal for all the ways to write one name.

    Accents, case, hyphens and apostrophes are ignored; ``œ`` → ``oe``; ``st`` → ``saint``; ``s/`` → ``sur``; the elided
    ``l’`` and ``d’`` are dropped, and so is the legal nature before the name of an EPCI (« CC du Pays de Gex » →
    ``pays de gex``). A word that is all there is stays. Idempotent.
    """
    texte = nom.lower().translate(_LIGATURES)
    texte = "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c)).lower()
    texte = re.sub(r"\bs/", " sur ", texte)
    mots = re.findall(r"[a-z0-9]+", texte)
    apostrophe_finale = texte.rstrip().endswith("'")
    mots = [_ABREVIATIONS.get(mot, mot) for mot in mots]
    mots = _sans_elisions(mots, apostrophe_finale=apostrophe_finale)
    return " ".join(_sans_nature(mots))


def _sans_elisions(mots: list[str], *, apostrophe_finale: bool) -> list[str]:
    """Drop ``l`` and ``d``; the last word may be one being typed (« val d »), unless its apostrophe is there."""
    if not mots:
        return mots
    debut = [mot for mot in mots[:-1] if mot not in _ELISIONS]
    if debut and apostrophe_finale and mots[-1] in _ELISIONS:
        return debut
    return [*debut, mots[-1]]


def _sans_nature(mots: list[str]) -> list[str]:
    for nature in _NATURES:
        suite = mots[len(nature) :]
        if suite and tuple(mots[: len(nature)]) == nature:
            while len(suite) > 1 and suite[0] in _ARTICLES:
                suite = suite[1:]
            return _sans_nature(suite)
    return mots


def de(nom: str) -> str:
    """« de Bram », « d’Annecy », « du Havre », « des Abymes », « de La Rochelle »."""
    if nom.startswith("Le "):
        return f"du {nom[3:]}"
    if nom.startswith("Les "):
        return f"des {nom[4:]}"
    initiales = normaliser(nom)[:2]
    muette = initiales.startswith("h") and initiales != "ha"  # d’Hyères, de Haguenau: right more often than not
    return f"d’{nom}" if muette or initiales.startswith(_VOYELLES) else f"de {nom}"


@dataclass(frozen=True, slots=True)
class Recherche:
    """What was typed: ``texte`` normalised, ``siren`` when it is a SIREN or a SIRET, ``tsquery`` of word prefixes."""

    texte: str
    siren: str = ""

    @property
    def est_vide(self) -> bool:
        return len(self.texte) < MIN_CARACTERES

    @property
    def est_code(self) -> bool:
        """Digits, or an INSEE code of Corsica."""
        return bool(re.fullmatch(r"\d+|2[ab]\d*", self.texte))

    @property
    def est_courte(self) -> bool:
        """Two letters: the beginning of the name only, the beginnings of all words would be half of the registry."""
        return len(self.texte) <= MIN_CARACTERES and not self.est_code

    @property
    def tsquery(self) -> str:
        """Whole words but the last, which one may be typing; and numbers, which one shortens (« bassens 33 »)."""
        *debut, fin = self.texte.split()
        return " & ".join([f"{mot}:*" if mot.isdigit() else mot for mot in debut] + [f"{fin}:*"])


def lire_recherche(texte: str) -> Recherche:
    compact = re.sub(r"[\s.\u00a0\u202f]", "", texte)
    if compact.isascii() and compact.isdigit():
        return Recherche(compact, compact[:SIREN] if len(compact) in {SIREN, SIRET} else "")
    return Recherche(normaliser(texte))
