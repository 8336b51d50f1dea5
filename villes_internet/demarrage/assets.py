"""Third-party assets in ``static/dist/``: htmx and Leaflet, the outlines, the fonts reduced to what French needs.

``make assets`` runs it after the style sheet. The same font files set the screens and the PDFs.
"""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from villes_internet.demarrage import contours

RACINE = Path(__file__).resolve().parents[2]
MODULES = RACINE / "node_modules"
SORTIE = RACINE / "static" / "dist"
POIDS_MAXIMAL = 50_000  # bytes, all fonts together

# ASCII, then what French (and the neighbours' names of people and towns) adds, then its typography and a few signs.
LETTRES = "".join(map(chr, range(0x20, 0x7F))) + (
    "àâäáãåæçèéêëìíîïñòóôöøõœùúûüÿßÀÂÄÁÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØŒÙÚÛÜŸ"
    "\u00a0\u2009\u202f\u2010\u2011–—‘’“”«»…•·°²³×÷±½¼¾§©®™€‰µ′″−≤≥←↑→↓¡¿ºª"
)
Axes = dict[str, Any]  # as fontTools wants them: a value, or the two ends of a range
BRICOLAGE = MODULES / "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2"
ATKINSON = MODULES / "@fontsource/atkinson-hyperlegible/files"
POLICES: dict[str, tuple[Path, Axes | None]] = {
    # One weight of the variable font: its axis alone would cost 12 kB of the 90 that a first visit may weigh.
    "bricolage-grotesque.woff2": (BRICOLAGE, {"wght": 750}),
    "atkinson-hyperlegible-400.woff2": (ATKINSON / "atkinson-hyperlegible-latin-400-normal.woff2", None),
    "atkinson-hyperlegible-700.woff2": (ATKINSON / "atkinson-hyperlegible-latin-700-normal.woff2", None),
}
COPIES = {"htmx.min.js": MODULES / "htmx.org/dist/htmx.min.js"}
# Copied without what they refer to and nothing uses: the source map, the pictures of controls that the map has not.
REDUITS = {
    "leaflet.js": (MODULES / "leaflet/dist/leaflet.js", r"\n//# sourceMappingURL=.*"),
    "leaflet.css": (MODULES / "leaflet/dist/leaflet.css", r"\s*background-image: url\([^)]*\);"),
}


def reduire(source: Path, sortie: Path, axes: Axes | None) -> int:
    """Write the French subset of a font (variable axes narrowed first); return its size in bytes."""
    options = Options(flavor="woff2", notdef_outline=True, hinting=False, desubroutinize=True)
    options.layout_features = ["kern", "mark", "ccmp", "locl", "liga", "tnum", "lnum"]
    police = TTFont(source)
    if axes:
        police = instantiateVariableFont(police, axes, inplace=True)
    reducteur = Subsetter(options)
    reducteur.populate(text=LETTRES)
    reducteur.subset(police)
    save_font(police, str(sortie), options)
    return sortie.stat().st_size


def preparer(sortie: Path = SORTIE) -> dict[str, int]:
    """Write every third-party asset in the folder; return their sizes in bytes."""
    sortie.mkdir(parents=True, exist_ok=True)
    tailles = {nom: reduire(source, sortie / nom, axes) for nom, (source, axes) in POLICES.items()}
    total = sum(tailles.values())
    if total > POIDS_MAXIMAL:
        sys.exit(f"Les polices pèsent {total} octets : plus que les {POIDS_MAXIMAL} permis.")
    for nom, source in COPIES.items():
        shutil.copyfile(source, sortie / nom)
        tailles[nom] = (sortie / nom).stat().st_size
    textes = {nom: re.sub(motif, "", source.read_text(encoding="utf-8")) for nom, (source, motif) in REDUITS.items()}
    dessins = {"contours.svg": contours.dessiner(MODULES), "contours-legers.svg": contours.dessiner_leger(MODULES)}
    for nom, texte in (textes | dessins).items():
        tailles[nom] = (sortie / nom).write_bytes(texte.encode())
    return tailles


if __name__ == "__main__":
    for nom, taille in preparer().items():
        print(f"  {nom} : {taille} octets")  # noqa: T201  the build speaks on the terminal
