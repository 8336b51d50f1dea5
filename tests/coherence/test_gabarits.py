"""Templates: none unused, none that the content-security policy would break, none that calls another host."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

RACINE = settings.BASE_DIR
GABARITS = sorted((RACINE / "templates").rglob("*.*"))
PAGES = [g for g in GABARITS if g.suffix == ".html"]
# Overridden by name: Django, the admin, allauth, crispy and the error handlers look these up themselves.
APPELES_PAR_LEUR_NOM = re.compile(
    r"^(admin/|account/|mfa/|usersessions/|allauth/|registration/|bootstrap5/|django/|(400|403|404|500|403_csrf)\.html$)"
)
INTERDITS = {
    "inline style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "inline event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")", re.IGNORECASE),
    "asset of another host": re.compile(r"(?:src|srcset)=\"(?:https?:)?//", re.IGNORECASE),
}


def nom(gabarit: Path) -> str:
    return gabarit.relative_to(RACINE / "templates").as_posix()


@cache
def sources() -> str:
    fichiers = [
        f
        for dossier in ("villes_internet", "candidatures", "mosaique", "atlaas", "templates")
        for f in (RACINE / dossier).rglob("*")
        if f.suffix in {".py", ".html", ".txt"} and f.is_file()
    ]
    return "\n".join(f.read_text(encoding="utf-8") for f in fichiers)


@pytest.mark.parametrize("gabarit", GABARITS, ids=[nom(g) for g in GABARITS])
def test_no_template_is_unused(gabarit: Path) -> None:
    chemin = nom(gabarit)
    if APPELES_PAR_LEUR_NOM.match(chemin):
        return
    if chemin.startswith("composants/"):
        composant = chemin.removeprefix("composants/").removesuffix(".html").replace("/", ".")
        noms = {composant, composant.replace("_", "-")}
        assert any(f"<c-{n}" in sources() for n in noms), f"no page uses <c-{composant}>"
        return
    if chemin.startswith("courriels/"):
        modele = Path(chemin).stem
        assert modele == "base" or f'"{modele}"' in sources(), f"no e-mail is sent with « {modele} »"
        return
    dossier, fichier = chemin.rsplit("/", 1) if "/" in chemin else ("", chemin)
    est_compose = dossier in sources() and re.search(rf'["/]{re.escape(Path(fichier).stem)}["./]', sources())
    assert chemin in sources() or est_compose, f"nothing renders {chemin}"


@pytest.mark.parametrize("gabarit", PAGES, ids=[nom(g) for g in PAGES])
def test_no_template_breaks_the_content_security_policy(gabarit: Path) -> None:
    if nom(gabarit).startswith(("courriels/", "pdf/")):
        return
    texte = gabarit.read_text(encoding="utf-8")
    for faute, motif in INTERDITS.items():
        assert not motif.search(texte), f"{faute} in {nom(gabarit)}"


@pytest.mark.parametrize("gabarit", PAGES, ids=[nom(g) for g in PAGES])
def test_a_template_stays_readable(gabarit: Path) -> None:
    if nom(gabarit) != "developpement/composants.html":  # the page that shows every component
        assert len(gabarit.read_text(encoding="utf-8").splitlines()) <= 170
