"""What the components promise, read in the HTML that they give."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import RequestContext, engines
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_cotton.compiler_regex import CottonCompiler

from villes_internet.socle.cles import PageDeCles
from villes_internet.socle.templatetags.icones import jours_restants, pages_proches
from villes_internet.socle.verdict import OUI, refus


def rendre(source: str, **contexte: Any) -> str:
    requete = RequestFactory().get("/atlaas/?enjeu=A1&page=2")
    gabarit = engines["django"].engine.from_string(CottonCompiler().process(source))
    return re.sub(r"[ \n]+", " ", gabarit.render(RequestContext(requete, contexte)))


@pytest.mark.parametrize(
    ("n", "verte", "mots", "tuiles"),
    [
        (0, False, "Sans arobase", 0),
        (1, False, "1\u00a0arobase<", 1),
        (1, True, "1\u00a0arobase verte<", 1),
        (3, True, "3\u00a0arobases, dont une verte", 3),
        (5, False, "5\u00a0arobases<", 5),
    ],
)
def test_arobases_dessinees_et_dites(n: int, verte: bool, mots: str, tuiles: int) -> None:
    html = rendre('<c-arobases :n="n" :verte="verte" />', n=n, verte=verte)
    assert mots in html
    assert html.count('class="arobase"') + html.count("arobase arobase--verte") == tuiles
    assert html.count("arobase--verte") == int(verte)


def test_bouton_empeche_dit_pourquoi_et_n_envoie_rien() -> None:
    html = rendre('<c-bouton :verdict="v">Déposer</c-bouton>', v=refus("La campagne est close.", "/espace/"))
    assert 'aria-disabled="true"' in html
    assert 'type="button"' in html
    assert 'type="submit"' not in html
    assert "La campagne est close." in html
    assert 'href="/espace/"' in html


def test_bouton_permis() -> None:
    html = rendre('<c-bouton :verdict="v" name="action" value="deposer">Déposer</c-bouton>', v=OUI)
    assert 'type="submit"' in html
    assert 'name="action" value="deposer"' in html
    assert "aria-disabled" not in html


@pytest.mark.parametrize(
    ("genre", "mot"), [("info", "Information"), ("success", "Succès"), ("warning", "Attention"), ("error", "Erreur")]
)
def test_alerte_porte_une_icone_et_un_mot(genre: str, mot: str) -> None:
    html = rendre('<c-alerte :genre="genre">Texte</c-alerte>', genre=genre)
    assert mot in html
    assert "<svg" in html


@pytest.mark.parametrize("genre", ["neutre", "encours", "fait", "attention", "refus", "attente"])
def test_etat_porte_une_forme_et_un_mot(genre: str) -> None:
    html = rendre('<c-etat :genre="genre">mot</c-etat>', genre=genre)
    assert "<svg" in html
    assert "<span>mot</span>" in html


def test_echeance_dit_la_date_l_heure_et_les_jours() -> None:
    fin = timezone.now() + timedelta(days=12)
    html = rendre('<c-echeance :fin="fin" heure_locale="soit 8 h à Saint-Denis" />', fin=fin)
    assert "heure de Paris (soit 8 h à Saint-Denis)" in html
    assert "<strong>12</strong>" in html


@pytest.mark.parametrize(
    ("ecart", "jours"), [(timedelta(days=3), 3), (timedelta(seconds=-1), -1), (timedelta(days=-9), -1)]
)
def test_jours_restants(ecart: timedelta, jours: int) -> None:
    assert jours_restants(timezone.now() + ecart) == jours


def test_pages_proches_garde_les_bouts() -> None:
    assert pages_proches(Paginator(range(240), 10), 12) == [1, None, 11, 12, 13, None, 24]


def test_suite_garde_les_filtres() -> None:
    html = rendre('<c-suite :page="page" />', page=PageDeCles(["a"], "12", est_premiere=False))
    assert 'href="?enjeu=A1&amp;page=2&amp;apres=12"' in html
    assert 'href="?enjeu=A1&amp;page=2"' in html
    assert "rel=" not in rendre('<c-suite :page="page" />', page=PageDeCles(["a"], "", est_premiere=False))
    assert "<nav" not in rendre('<c-suite :page="page" />', page=PageDeCles(["a"], "", est_premiere=True))


def test_pagination_garde_les_filtres() -> None:
    html = rendre('<c-pagination :page="page" />', page=Paginator(range(40), 10).page(2))
    assert "enjeu=A1" in html.replace("&amp;", "&")
    assert 'aria-current="page"' in html


def test_icones_du_sprite_existent_toutes() -> None:
    """An unknown name would draw nothing."""
    connues = set(re.findall(r'<symbol id="([^"]+)"', (settings.BASE_DIR / "static/img/icones.svg").read_text()))
    for gabarit in (settings.BASE_DIR / "templates").rglob("*.html"):
        texte = gabarit.read_text()
        noms = re.findall(r'{% icone "([^"]+)"', texte) + re.findall(r'icone_nom="([a-z-]+)"', texte)
        assert set(noms) <= connues, gabarit


def test_page_des_composants_les_montre_tous(client: Client) -> None:
    html = client.get(reverse("developpement:composants")).content.decode()
    source = (settings.BASE_DIR / "templates/developpement/composants.html").read_text()
    for composant in (settings.BASE_DIR / "templates/composants").glob("*.html"):
        assert f"<c-{composant.stem}" in source, composant.stem
    assert "<c-" not in html
    assert "« 20 24 » ne convient pas" in html


@pytest.mark.parametrize(
    "composant", sorted((settings.BASE_DIR / "templates/composants").glob("*.html")), ids=lambda c: c.stem
)
def test_composant_declare_ses_proprietes(composant: Any) -> None:
    assert "<c-vars" in composant.read_text()
