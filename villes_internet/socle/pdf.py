"""PDF/UA-1 documents in French, with our fonts, from a template; nothing is ever fetched from another host."""

from contextlib import closing
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pypdfium2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from fontTools.ttLib import woff2
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

BASE = "http://statique.invalid/"  # templates name static files relative to it: href="css/pdf.css"
MODULES = settings.BASE_DIR / "node_modules"
POLICES_D_ORIGINE = {
    "dist/bricolage-grotesque.woff2": MODULES
    / "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
    "dist/atkinson-hyperlegible-400.woff2": MODULES
    / "@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2",
    "dist/atkinson-hyperlegible-700.woff2": MODULES
    / "@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2",
}


def _fichier_statique(nom: str) -> Path | None:
    """The static file; the font packages stand in for our subsets where ``make assets`` has not run."""
    trouve = finders.find(nom)
    if isinstance(trouve, str):
        return Path(trouve)
    secours = POLICES_D_ORIGINE.get(nom)
    return secours if secours and secours.is_file() else None


@cache
def _lire(chemin: Path, modifie: int) -> bytes:
    """Fonts and style sheets, read once per version of the file; WeasyPrint would unpack a font for each document."""
    contenu = chemin.read_bytes()
    if chemin.suffix != ".woff2":
        return contenu
    depliee = BytesIO()
    woff2.decompress(BytesIO(contenu), depliee)
    return depliee.getvalue()


class Statiques(URLFetcher):
    """Opens our static files and ``data:`` URLs; anything else stops the document rather than leave a hole in it."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        chemin = _fichier_statique(unquote(urlsplit(url).path.lstrip("/"))) if url.startswith(BASE) else None
        if chemin is None:
            raise FatalURLFetchingError(f"Ressource refusée dans un PDF : {url}")
        types = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/ttf"}
        type_mime = types.get(chemin.suffix, "application/octet-stream")
        contenu = _lire(chemin, chemin.stat().st_mtime_ns)
        return URLFetcherResponse(url, contenu, {"Content-Type": type_mime})


class PdfImpossible(Exception):
    """A resource of the template is missing or refused; the message names it."""


def rendre_pdf(template: str, contexte: dict[str, Any], titre: str) -> bytes:
    """The template as a tagged PDF titled ``titre``: the same bytes for the same input, fonts and library."""
    html = render_to_string(template, {"titre": titre, **contexte})
    try:
        document = HTML(string=html, base_url=BASE, url_fetcher=Statiques())
        resultat = document.write_pdf(pdf_variant="pdf/ua-1", font_config=FontConfiguration())
    except FatalURLFetchingError as erreur:
        raise PdfImpossible(str(erreur)) from erreur
    assert isinstance(resultat, bytes)
    return resultat


def image_de(pdf: bytes, largeur: int) -> bytes:
    """The first page of a PDF of ours as a PNG ``largeur`` pixels wide, of 256 colours: a third of the weight, and
    nothing that the eye sees. The same bytes for the same input."""
    flux = BytesIO()
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[0]
        dessin = page.render(scale=largeur / page.get_width()).to_pil()
        dessin.convert("RGB").quantize(256).save(flux, "PNG", optimize=True)
    return flux.getvalue()
