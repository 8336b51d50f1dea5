"""A town's history goes on when the référentiel changes: carried by the correspondances, and said."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from mosaique import actions
from mosaique.comparaison.queries.historique import annees_ailleurs, annees_lues
from mosaique.models import Genre, Mosaique
from mosaique.partage.queries import evolution
from mosaique.queries import resume
from tests.factories import comparaison, ground
from tests.factories import mosaique as fabrique
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
CODES = [f"{famille}{rang}" for famille in "ABCDE" for rang in range(1, 5)]
DEVIENT = {"A1": "A2", "A2": "A1", "E4": None}  # two enjeux change places, one is dropped; the others stay


@pytest.fixture
def suivante() -> Version:
    """The référentiel of 2028, whose enjeux bear other codes than in 2027; nothing links them yet."""
    ground.version_publiee()
    donnees = {**referentiel.charger_donnees("2027"), "code": "2028", "libelle": "Référentiel 2028"}
    return referentiel.publier(referentiel.importer_version(donnees), par=None, a=timezone.now())


def relier() -> None:
    liens = [{"ancien": code, "nouveau": DEVIENT.get(code, code)} for code in CODES]
    referentiel.importer_correspondance({"ancienne": "2027", "nouvelle": "2028", "liens": liens})


@pytest.fixture
def cette_annee(bassens: Collectivite, suivante: Version) -> Mosaique:
    """A1 had 15 points in 2027; the open mosaïque of 2028 declares a level 1 on A2, where A1 has gone."""
    comparaison.deposee(bassens, 1, 2027)
    mosaique = actions.ouvrir(bassens, 2028, suivante, fabrique.REFERENCE, None)
    fabrique.repondre(mosaique, "A2", 1)
    fabrique.repondre(mosaique, "A1", 1)
    return mosaique


def test_the_trend_compares_with_what_the_enjeu_was(cette_annee: Mosaique) -> None:
    assert {t.tendance for t in resume(cette_annee).tuiles} == {""}, "nothing links the versions: nothing is guessed"
    relier()
    lu = resume(cette_annee)
    tendances = {t.code: (t.precedent, t.tendance) for t in lu.tuiles}
    assert tendances["A2"] == (Decimal(15), "stable")
    assert tendances["A1"] == (Decimal(0), "hausse")
    assert tendances["E4"][0] is None, "a new enjeu has no past"
    assert lu.report == str(ground.version_publiee())


def test_the_same_version_is_not_said_to_be_carried(bassens: Collectivite) -> None:
    comparaison.deposee(bassens, 1, 2026)
    assert resume(fabrique.mosaique(bassens, 2027)).report == ""


def test_the_curve_goes_on_with_the_weights_of_this_year(cette_annee: Mosaique) -> None:
    lues = annees_lues(cette_annee, Decimal(12))
    assert [(li.annee, li.indice) for li in lues] == [(2027, None), (2028, 12)]
    assert "rien ne le relie" in lues[0].note
    relier()
    avant, apres = annees_lues(cette_annee, Decimal(12))
    assert avant.indice == Decimal("0.75"), "0.8 × 15 / 16, the transversal ones at zero"
    assert "reporté sur 19 des 20 enjeux" in avant.note
    assert (apres.annee, apres.note) == (2028, "")


def test_what_changed_on_an_enjeu_names_the_one_it_comes_from(cette_annee: Mosaique) -> None:
    relier()
    enjeu = arbre(cette_annee.version).enjeu("A2")
    assert enjeu
    reponse = cette_annee.reponses.get(enjeu=enjeu.pk)
    reponse.niveau = 3
    lue = evolution(cette_annee, enjeu, reponse)
    assert lue
    assert (lue.millesime, lue.phrases) == (2027, ("Niveau déclaré\u00a0: 1 → 3",))
    assert lue.report.startswith("Démocratie locale")


def test_peers_of_another_version_are_refused_in_words_with_a_way_on(
    cette_annee: Mosaique, referente: Utilisateur, connecte: Callable[[Utilisateur], Client]
) -> None:
    comparaison.villes(8, millesime=2027)
    relier()
    miennes = annees_lues(cette_annee, Decimal(1))
    (ailleurs,) = annees_ailleurs(cette_annee, miennes)
    assert (ailleurs.annee, ailleurs.url) == (2027, f"/mosaique/{cette_annee.collectivite.code}/2027/comparer/")
    assert annees_ailleurs(cette_annee, ())[0].url == ""
    client = connecte(referente)
    page = client.get(f"/mosaique/{cette_annee.collectivite.code}/2028/comparer/", {"groupe": Genre.STRATE})
    texte = page.content.decode().replace("\u00a0", " ")
    assert "elles ne se comparent pas à votre mosaïque de 2028" in texte
    assert "reporté sur 19 des 20 enjeux" in texte
    assert "premier dossier" not in texte
    assert client.get(ailleurs.url, {"groupe": Genre.STRATE}).status_code == 200
    mosaique = client.get(f"/mosaique/{cette_annee.collectivite.code}/2028/").content.decode()
    assert "reportés par les correspondances" in mosaique
