"""Numbers, codes, names and points; no database, no Django."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
LONGUEUR_CODE = 12  # 12 × 5 bits = 60 bits, unguessable
_LUS_COMME = str.maketrans({"O": "0", "I": "1", "L": "1"})
_NATURES = (
    (re.compile(r"^CC\b\s*"), "Communauté de communes "),
    (re.compile(r"^CA\b\s*"), "Communauté d’agglomération "),
    (re.compile(r"^CU\b\s*"), "Communauté urbaine "),
)


def nouveau_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR_CODE))


def normaliser_code(saisie: str) -> str:
    """What was typed, in the alphabet: case, spaces and hyphens ignored, O read as 0, I and L as 1."""
    lettres = re.sub(r"[^0-9A-Z]", "", saisie.upper().translate(_LUS_COMME))
    return lettres[: LONGUEUR_CODE + 8]


def grouper_code(code: str) -> str:
    """``7K2M9XQ4TB0C`` → ``7K2M-9XQ4-TB0C``, as it is printed."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def numero(annee: int, ordre: int, rang: int = 1) -> str:
    """``VI-2027-0042``, and ``VI-2027-0042-2`` for its first reissue."""
    base = f"VI-{annee}-{ordre:04d}"
    return base if rang == 1 else f"{base}-{rang}"


def numero_suivant(precedent: str, rang: int) -> str:
    """The number of the reissue of ``precedent``, which may be a reissue itself."""
    prefixe, annee, ordre = precedent.split("-")[:3]
    return f"{prefixe}-{annee}-{ordre}-{rang}"


def nom_solennel(nom: str) -> str:
    """The legal nature of an intercommunalité in full, straight apostrophes set right: what a certificate prints."""
    for sigle, nature in _NATURES:
        if sigle.match(nom):
            nom = sigle.sub(nature, nom, count=1)
            break
    return nom.replace("'", "’").replace(" - ", "\u00a0– ").replace("d’agglomération de Communauté", "d’agglomération")


def taille_du_nom(nom: str) -> str:
    """The step of type size at which the name holds in two lines of a certificate."""
    longueur = len(nom)
    mot = max((len(m) for m in re.split(r"[ –]|(?<=-)", nom)), default=0)
    if longueur <= 14:
        return "xl"
    if longueur <= 34 and mot <= 18:
        return "l"
    return "m" if longueur <= 56 and mot <= 24 else "s"


# The map's viewBox is 1000 × 1000: the metropole keeps its proportions at 46.5° N, the overseas territories
# have a row of insets at the bottom.
_OUTREMER = {
    # département or collectivité: (inset's left edge, west, east, south, north)
    "971": (20, -61.85, -60.95, 15.80, 16.55),
    "972": (180, -61.30, -60.75, 14.35, 14.92),
    "973": (340, -54.65, -51.55, 2.05, 5.85),
    "974": (500, 55.15, 55.90, -21.45, -20.82),
    "976": (660, 44.98, 45.35, -13.05, -12.60),
}
_COTE, _MARGE, _HAUT = 140, 14, 850


def projeter(latitude: float, longitude: float, departement: str) -> tuple[int, int] | None:
    """(x, y) in the 1000 × 1000 map; None for a place that the map does not draw.

    Metropole: x = 160 + 55.07 × (longitude + 5.2), y = 20 + 80 × (51.2 − latitude).
    """
    if departement in _OUTREMER:
        gauche, ouest, est, sud, nord = _OUTREMER[departement]
        echelle = (_COTE - 2 * _MARGE) / max(est - ouest, nord - sud)
        milieu_x, milieu_y = (ouest + est) / 2, (sud + nord) / 2
        x = gauche + _COTE / 2 + (longitude - milieu_x) * echelle
        y = _HAUT + _COTE / 2 + (milieu_y - latitude) * echelle
        return round(x), round(y)
    if not (41 <= latitude <= 51.5 and -5.6 <= longitude <= 9.9):
        return None
    return round(160 + 55.07 * (longitude + 5.2)), round(20 + 80 * (51.2 - latitude))
