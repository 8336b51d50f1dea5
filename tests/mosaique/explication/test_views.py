import re
from collections.abc import Callable

import pytest
from django.test import Client

from mosaique import actions
from mosaique.models import Mosaique
from tests.factories import atlaas
from tests.factories import mosaique as fabrique
from tests.mosaique.droits import LectureReservee
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
INDICE = "/mosaique/33032/2027/pourquoi/"
ENJEU = "/mosaique/33032/2027/A1/pourquoi/"
STATUTS = ["en_service"] * 3 + ["evalue", "programme", "pas_fait", "non_concerne"]


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    """The worked example of the domain on A1: 69, everything else untouched."""
    atlaas.fiche_replicable(bassens, "A1.1", "A1.2", "A1.3", "A1.4")
    atlaas.fiche_mesuree(bassens, "A1.4")
    ouverte = fabrique.mosaique(bassens)
    fabrique.repondre(ouverte, "A1", 3, STATUTS)
    return ouverte


def lire(client: Client, adresse: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(adresse).content.decode()))


@pytest.mark.parametrize("page", [INDICE, ENJEU])
class TestDroits(LectureReservee):
    pass


def test_an_unknown_enjeu_is_not_found(mosaique: Mosaique, referente: Utilisateur, connecte: Connecte) -> None:
    assert connecte(referente).get("/mosaique/33032/2027/Z9/pourquoi/").status_code == 404


def test_why_sixty_nine(mosaique: Mosaique, referente: Utilisateur, connecte: Connecte) -> None:
    page = lire(connecte(referente), ENJEU)
    assert "Pourquoi 69 sur 100" in page
    assert "3 ÷ 4 × 60 % = 45,00" in page
    assert "3,6 ÷ 6 services concernés = 0,6000" in page
    assert "0,6000 × 40 % = 24,00" in page
    assert "ne compte pas" in page


def test_the_paths_are_said_with_what_they_ask_for(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    ouverte = fabrique.mosaique(bassens)
    atlaas.fiche(bassens, "A1.2")
    fabrique.repondre(ouverte, "A1", 3, ["en_service", "evalue", "pas_fait"] + ["programme"] * 4)
    reponse = connecte(referente).get(ENJEU)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reponse.content.decode()))
    assert "Étayer le niveau 3 déclaré" in page
    assert "2 fiches publiées sur cet enjeu" in page
    assert "montrer qu’il est « en service »" in page
    assert "Une fiche publiée et éligible doit porter ce service." in page
    assert "Sa fiche doit donner un indicateur chiffré ou un lien." in page
    assert 'href="/mosaique/33032/2027/A1/#id_statut_A1.1"' in reponse.content.decode()


def test_the_index_adds_up_and_names_what_moves_it_most(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    page = lire(connecte(referente), INDICE)
    assert "Les enjeux (16) 4,31 80 % 3,45" in page  # 69 / 16, then × 0.8
    assert "Le socle transversal (4) 0,00 20 % 0,00" in page
    assert "3,45" in page
    assert page.count("Passer au niveau") == 8  # fifteen points of an enjeu each


def test_a_frozen_mosaique_explains_what_was_kept_and_never_moves(
    mosaique: Mosaique, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    avant = lire(connecte(referente), ENJEU)
    actions.figer(mosaique, par=None)
    for fiche in bassens.actions.all():
        fiche.services.clear()
    page = lire(connecte(referente), ENJEU)
    assert "3,6 ÷ 6 services concernés = 0,6000" in avant
    assert "3,6 ÷ 6 services concernés = 0,6000" in page
    assert "La mosaïque est figée" in page
    assert "La mosaïque est figée" in lire(connecte(referente), INDICE)


def test_an_answer_frozen_before_the_detail_was_kept_says_so(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    actions.figer(mosaique, par=None)
    mosaique.reponses.update(retenus={})
    assert "avant que le détail de chaque service soit gardé" in lire(connecte(referente), ENJEU)


@pytest.mark.parametrize("nb", [1, 3])
@pytest.mark.parametrize("page", [INDICE, ENJEU])
def test_the_number_of_queries_does_not_depend_on_the_number_of_actions(
    page: str,
    nb: int,
    mosaique: Mosaique,
    bassens: Collectivite,
    referente: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for _ in range(nb):
        atlaas.fiche(bassens, "A1.1")
    client = connecte(referente)
    client.get(page)
    with django_assert_max_num_queries(11):  # type: ignore[attr-defined]
        client.get(page)
