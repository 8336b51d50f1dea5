"""Every text/ground pair of tokens, light and dark (WCAG 2.2 AA, 1.4.3 and 1.4.11)."""

import itertools
import re

import pytest
from django.conf import settings

JETONS = settings.BASE_DIR / "static/css/jetons.css"
FAMILLES = "abcde"
FONDS = ("papier", "surface", "creux")

TEXTES = [
    *itertools.product(("encre", "encre-douce", "lien", "vert", "alerte", "erreur"), FONDS),
    *itertools.product(("encre", "lien"), ("nuit-pale", "or-pale", "vert-pale", "alerte-pale", "erreur-pale")),
    ("encre-douce", "nuit-pale"),
    ("vert", "vert-pale"),
    ("alerte", "alerte-pale"),
    ("erreur", "erreur-pale"),
    ("sur-entete", "entete"),
    ("sur-entete-doux", "entete"),
    ("sur-entete", "pied"),
    ("sur-entete-doux", "pied"),
    ("sur-nuit", "nuit"),
    ("sur-nuit", "nuit-vif"),
    ("sur-or", "or"),
    ("sur-or", "or-vif"),
    ("sur-verte", "arobase-verte"),
    *(("sur-famille", f"famille-{f}") for f in FAMILLES),
    *(("encre", f"famille-{f}-pale") for f in FAMILLES),
    *((f"famille-{f}-trait", f"famille-{f}-pale") for f in FAMILLES),
    *itertools.product((f"famille-{f}-trait" for f in FAMILLES), FONDS),
]
BORDURES = [
    *itertools.product(("bord", "lien", "focus", "nuit", "erreur", "alerte", "vert"), FONDS),
    *itertools.product(("bord", "focus"), ("nuit-pale",)),
    ("or", "entete"),
]


def lire() -> dict[str, dict[str, str]]:
    """Hexadecimal tokens of the two schemes; what the dark one does not change keeps its light value."""
    clair, sombre = JETONS.read_text().split("@media (prefers-color-scheme: dark)")
    motif = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")
    jetons = dict(motif.findall(clair))
    return {"clair": jetons, "sombre": jetons | dict(motif.findall(sombre))}


def luminance(couleur: str) -> float:
    """Relative luminance of WCAG 2: sRGB made linear, then weighted."""
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, v, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def contraste(a: str, b: str) -> float:
    clair, fonce = sorted((luminance(a), luminance(b)), reverse=True)
    return (clair + 0.05) / (fonce + 0.05)


def test_contraste_connait_les_extremes() -> None:
    assert contraste("#000000", "#ffffff") == pytest.approx(21)
    assert contraste("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["clair", "sombre"])
@pytest.mark.parametrize(("texte", "fond"), TEXTES)
def test_texte_lisible(mode: str, texte: str, fond: str) -> None:
    jetons = lire()[mode]
    assert contraste(jetons[texte], jetons[fond]) >= 4.5


@pytest.mark.parametrize("mode", ["clair", "sombre"])
@pytest.mark.parametrize(("bord", "fond"), BORDURES)
def test_bordure_interactive_visible(mode: str, bord: str, fond: str) -> None:
    jetons = lire()[mode]
    assert contraste(jetons[bord], jetons[fond]) >= 3


@pytest.mark.parametrize("mode", ["clair", "sombre"])
def test_or_ne_porte_pas_de_blanc(mode: str) -> None:
    """The identity's rule: gold never carries white text."""
    jetons = lire()[mode]
    assert luminance(jetons["sur-or"]) < 0.05


def test_toute_couleur_est_un_jeton() -> None:
    """A colour written in a style sheet instead of a token would escape these tests (print, QR code and map apart)."""
    permis = {"structure.css": {"#fff"}, "impression.css": {"#fff", "#000"}, "accueil.css": {"#2c3558"}}
    permis["admin.css"] = {"#a3232f", "#7d1721", "#fff"}
    for nom in ("structure", "entete", "formulaires", "composants", "mosaique", "accueil", "impression", "admin"):
        fichier = settings.BASE_DIR / f"static/css/{nom}.css"
        trouvees = set(re.findall(r"(?<![\w%])#[0-9a-fA-F]{3,8}\b", fichier.read_text()))
        assert trouvees <= permis.get(fichier.name, set()), fichier.name


def test_aucun_jeton_inconnu() -> None:
    """``var(--x)`` of a token that does not exist is silently nothing."""
    connus = set(re.findall(r"--([a-z-]+):", JETONS.read_text()))
    for fichier in (settings.BASE_DIR / "static/css").glob("*.css"):
        texte = fichier.read_text()
        propres = set(re.findall(r"--([a-z0-9-]+):", texte))
        utilises = {j for j in re.findall(r"var\(--([a-z0-9-]+)", texte) if not j.startswith("bs-")}
        assert utilises <= connus | propres, fichier.name
