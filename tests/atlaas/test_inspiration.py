"""« S'en inspirer »: a draft that cites its source, and the fiches that are worth it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from atlaas import actions
from atlaas.interface import pistes
from atlaas.models import Action
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Enjeu
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
AU = date(2027, 3, 31)


@pytest.fixture
def source(bram: Collectivite) -> Action:
    return atlaas.fiche(bram, "A1.1", titre="Le vélobus")


def adresse(source: Action, code: str = "33032") -> str:
    return f"/espace/{code}/fiches/inspirer/{source.pk}/"


@pytest.mark.parametrize("nom", ["referente", "redactrice"])
def test_the_draft_opens_and_both_pages_cite_the_source(
    nom: str, source: Action, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    client = connecte(request.getfixturevalue(nom))
    page = client.post(adresse(source), follow=True)
    brouillon = Action.objects.get(inspiree_de=source)
    assert page.redirect_chain[-1][0] == f"/atlaas/fiches/{brouillon.pk}/modifier/"
    for lue in (page, client.get(brouillon.get_absolute_url())):
        assert f'<dt>Inspirée de</dt><dd><a href="{source.get_absolute_url()}">Le vélobus</a>, Bram' in lue.text
    atlaas.actions.reprendre_action(source, par=None)
    assert "<dt>Inspirée de</dt><dd>Le vélobus, Bram" in client.get(brouillon.get_absolute_url()).text


@pytest.mark.parametrize(
    ("nom", "statut"), [("lectrice", 403), ("signataire", 403), ("chargee_de_mission", 403), ("voisine", 404)]
)
def test_others_do_not(
    nom: str, statut: int, bassens: Collectivite, source: Action, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).post(adresse(source)).status_code == statut
    assert not Action.objects.filter(inspiree_de=source).exists()


def test_ones_own_fiche_is_refused_and_a_draft_is_not_found(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    assert "déjà la vôtre" in client.post(adresse(atlaas.fiche(bassens)), follow=True).text
    assert client.post(adresse(atlaas.fiche(bram, publiee=False))).status_code == 404


def enjeu(code: str) -> int:
    return Enjeu.objects.get(famille__version=ground.version_publiee(), code=code).pk


def test_ideas_come_from_the_preferred_then_the_same_stratum_then_the_replicable(bassens: Collectivite) -> None:
    grande = ground.collectivite("Grande", "G0001", population=50_000)
    semblable = ground.collectivite("Semblable", "G0002", population=4_000)
    voulue = ground.collectivite("Voulue", "G0003", population=60_000)
    epci = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO")
    for ville in (grande, semblable, voulue, epci, bassens):
        atlaas.fiche(ville, "A1.1", "A1.2", titre=f"Fiche {ville}")
    atlaas.fiche_replicable(semblable, "A1.3", titre="Réplicable")
    atlaas.fiche(semblable, "B1.1", titre="Autre enjeu")
    atlaas.fiche(semblable, "A1.1", titre="Brouillon", publiee=False)
    toutes = pistes({enjeu("A1"): Collectivite.objects.filter(pk=voulue.pk).values("pk")}, bassens, AU, nb=9)
    lues = toutes[enjeu("A1")]
    assert [p.titre for p in lues] == ["Fiche Voulue", "Réplicable", "Fiche Semblable", "Fiche Grande"]
    assert [p.est_preferee for p in lues] == [True, False, False, False]
    assert [p.est_semblable for p in lues] == [False, True, True, False]
    assert lues[0].url == Action.objects.get(titre="Fiche Voulue").get_absolute_url()


def test_each_enjeu_has_its_own_three_ideas_in_one_query(
    bassens: Collectivite, bram: Collectivite, django_assert_num_queries: Callable[[int], object]
) -> None:
    for code in ("A1.1", "B1.1"):
        for _ in range(4):
            atlaas.fiche(bram, code)
    personne = Collectivite.objects.none().values("pk")
    demandes = {enjeu("A1"): personne, enjeu("B1"): personne, enjeu("C1"): personne}
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        lues = pistes(demandes, bassens, AU)
    assert {cle: len(p) for cle, p in lues.items()} == {enjeu("A1"): 3, enjeu("B1"): 3}
    assert pistes({}, bassens, AU) == {}


@pytest.mark.parametrize(
    ("population", "semblables"),
    [(None, {"V"}), (2_999, {"V"}), (3_000, {"P"}), (19_999, {"P"}), (20_000, {"M"}), (100_000, {"G"})],
)
def test_the_same_stratum_has_the_bounds_of_the_label(population: int | None, semblables: set[str]) -> None:
    moi = ground.collectivite("Moi", "G0000", population=population)
    for nom, taille in (("V", 800), ("P", 3_000), ("M", 99_999), ("G", 2_000_000)):
        atlaas.fiche(ground.collectivite(nom, f"G{taille}", population=taille), "A1.1")
    lues = pistes({enjeu("A1"): Collectivite.objects.none().values("pk")}, moi, AU, nb=9)[enjeu("A1")]
    assert {p.collectivite for p in lues if p.est_semblable} == semblables


def test_intercommunalites_of_every_size_are_alike() -> None:
    moi = ground.collectivite("Moi", "243300001", type="epci", nature="CC", population=9_000)
    autre = ground.collectivite("Autre", "243300002", type="epci", nature="METRO", population=900_000)
    atlaas.fiche(autre, "A1.1")
    (lue,) = pistes({enjeu("A1"): Collectivite.objects.none().values("pk")}, moi, AU)[enjeu("A1")]
    assert lue.est_semblable


def test_the_source_shows_what_its_idea_became_elsewhere(
    bassens: Collectivite, bram: Collectivite, client: Client
) -> None:
    source = atlaas.fiche(bassens)
    publiee = atlaas.fiche(bram, inspiree_de=source)
    atlaas.fiche(bram, inspiree_de=source, publiee=False, titre="Encore un brouillon")

    page = client.get(source.get_absolute_url()).content.decode()

    assert "Elle a inspiré" in page
    assert page.count(publiee.get_absolute_url()) == 1
    assert "Encore un brouillon" not in page


def test_the_years_of_the_label_are_written_once_and_shown(bassens: Collectivite, client: Client) -> None:
    fiche = atlaas.fiche(bassens)
    for _ in range(2):
        actions.inscrire_presentations(2026, [fiche.pk, fiche.pk])
    actions.inscrire_presentations(2025, [fiche.pk])
    assert "2025, 2026" in client.get(fiche.get_absolute_url()).content.decode()
