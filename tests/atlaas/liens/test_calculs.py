"""What a visit means; no database."""

from datetime import UTC, datetime, timedelta

import pytest

from atlaas.liens.calculs import (
    Bilan,
    Etape,
    Visite,
    est_verifiable,
    liens_du_texte,
    meme_lieu,
    mene_a_l_accueil,
    phrase,
    remplacer_dans,
    suivre,
)
from atlaas.models.liens import Constat

URL = "http://ville.fr/page"
LUNDI = datetime(2026, 11, 2, 8, tzinfo=UTC)
SEMAINE = timedelta(days=7)
BONNE = Visite(URL, (Etape(URL, 200),))
ABSENTE = Visite(URL, (Etape(URL, 404),))
INCONNUE = Visite(URL, echec=Constat.NOM_INCONNU)
LENTE = Visite(URL, echec=Constat.DELAI)
EN_PANNE = Visite(URL, (Etape(URL, 503),))


def deplacee(vers: str) -> Visite:
    return Visite(URL, (Etape(URL, 301, vers), Etape(vers, 200)))


def suite(*visites: Visite) -> Bilan:
    bilan = Bilan()
    for rang, visite in enumerate(visites):
        bilan = suivre(bilan, visite, LUNDI + rang * SEMAINE)
    return bilan


@pytest.mark.parametrize(
    ("visites", "attendu"),
    [
        ((BONNE, BONNE), (Constat.BON, None, 2)),
        ((ABSENTE,), (Constat.ABSENT, 0, 1)),
        ((ABSENTE, ABSENTE), (Constat.ABSENT, 0, 2)),
        ((ABSENTE, BONNE), (Constat.BON, None, 1)),
        ((INCONNUE, INCONNUE), (Constat.NOM_INCONNU, 0, 2)),
        ((LENTE, INCONNUE), (Constat.NOM_INCONNU, 0, 1)),
        ((LENTE, EN_PANNE), (Constat.PANNE, 0, 2)),
        ((EN_PANNE, BONNE, EN_PANNE), (Constat.PANNE, 2, 1)),
        ((BONNE, LENTE, LENTE), (Constat.DELAI, 1, 2)),
        ((deplacee("http://a.fr/x"), deplacee("http://a.fr/x")), (Constat.DEPLACE, 0, 2)),
        ((deplacee("http://a.fr/x"), deplacee("http://b.fr/x")), (Constat.DEPLACE, 1, 1)),
        ((deplacee("http://a.fr/x"), LENTE), (Constat.DELAI, 1, 1)),
    ],
)
def test_findings_follow_one_another(visites: tuple[Visite, ...], attendu: tuple[str, int | None, int]) -> None:
    bilan = suite(*visites)
    constat, semaine, de_suite = attendu
    depuis = None if semaine is None else LUNDI + semaine * SEMAINE
    assert (bilan.constat, bilan.depuis_le, bilan.nb_de_suite) == (constat, depuis, de_suite)


@pytest.mark.parametrize(
    ("autre", "meme"),
    [
        ("https://ville.fr/page", True),
        ("https://www.ville.fr/page/", True),
        ("https://ville.fr/page#haut", True),
        ("https://ville.fr/Page", False),
        ("https://ville.fr/page?id=2", False),
        ("https://autre.fr/page", False),
    ],
)
def test_https_www_and_a_slash_are_no_move(autre: str, meme: bool) -> None:
    assert meme_lieu(URL, autre) == meme
    assert suite(deplacee(autre)).constat == (Constat.BON if meme else Constat.DEPLACE)


def test_a_way_that_ends_nowhere_has_moved_all_the_same() -> None:
    assert Visite(URL, (Etape(URL, 301, "http://a.fr/x"),), Constat.DELAI).vers == "http://a.fr/x"


def test_a_move_to_an_address_too_long_is_left() -> None:
    assert suite(deplacee("https://autre.fr/" + "a" * 500)).constat == Constat.BON


def test_the_door_of_a_site() -> None:
    assert mene_a_l_accueil(URL, "https://autre.fr/")
    assert not mene_a_l_accueil("http://ville.fr", "https://autre.fr/")
    assert not mene_a_l_accueil(URL, "https://autre.fr/page")


@pytest.mark.parametrize(
    ("bilan", "code", "dite"),
    [
        (
            suite(ABSENTE),
            404,
            "Ce lien ne répond plus depuis le 2 novembre 2026 : la page n’existe plus (réponse 404).",
        ),
        (suite(INCONNUE, INCONNUE), None, "Ce lien ne répond plus depuis le 2 novembre 2026 : le nom du site"),
        (suite(LENTE, LENTE), None, "Ce lien n’a pas pu être vérifié depuis le 2 novembre 2026 : le site met trop de"),
        (suite(deplacee("http://a.fr/x")), 200, "Ce lien mène maintenant à une autre adresse."),
        (suite(deplacee("http://a.fr/")), 200, "Ce lien mène maintenant à l’accueil du site"),
        (suite(Visite(URL, echec=Constat.INTERDIT)), None, "Ce lien mène à une adresse privée"),
    ],
)
def test_the_author_reads_a_sentence(bilan: Bilan, code: int | None, dite: str) -> None:
    assert phrase(URL, bilan, code).startswith(dite)


@pytest.mark.parametrize(
    ("url", "oui"),
    [
        ("https://ville.fr", True),
        ("http://ville.fr:80/x", True),
        ("http://ville.fr:8080/", False),
        ("http://ville.fr:0/", False),
        ("http://moi@ville.fr/", False),
        ("http://moi:secret@ville.fr/", False),
        ("ftp://ville.fr/", False),
        ("javascript:alert(1)", False),
        ("mailto:a@b.fr", False),
        ("http://[", False),
        ("http://ville.fr:99999/", False),
        ("http:///page", False),
        ("http://ville.fr/" + "a" * 500, False),
    ],
)
def test_what_may_be_visited(url: str, oui: bool) -> None:
    assert est_verifiable(url) == oui


TEXTE = """Voir [le site](http://ville.fr/a), <http://ville.fr/b>, [encore](http://ville.fr/a "titre") et
![une image](http://ville.fr/c.png). Écrire à [nous](mailto:a@b.fr). http://ville.fr/nu

[réf]: http://ville.fr/médiathèque
Par [référence][réf]. `http://ville.fr/code`
"""


def test_the_links_of_a_text_as_they_are_typed() -> None:
    lus = ["http://ville.fr/a", "http://ville.fr/b", "http://ville.fr/c.png", "http://ville.fr/médiathèque"]
    assert liens_du_texte(TEXTE) == lus  # an image is shown as a link, too
    assert liens_du_texte("rien") == []


def test_a_link_is_replaced_where_it_is_whole() -> None:
    texte = "[a](http://v.fr/a) [b](http://v.fr/a/b) <http://v.fr/a> [c](http://v.fr/a 'x')"
    assert remplacer_dans(texte, "http://v.fr/a", r"https://w.fr/\1") == (
        r"[a](https://w.fr/\1) [b](http://v.fr/a/b) <https://w.fr/\1> [c](https://w.fr/\1 'x')"
    )
