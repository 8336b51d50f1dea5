"""The gates of the levels, live: what is held, what is missing, where it is mended; the jury's part is not guessed."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from candidatures.dossiers import actions
from candidatures.dossiers.models import Dossier
from candidatures.dossiers.queries.niveaux import Palier, niveaux
from tests.factories import atlaas
from tests.factories import dossiers as fabrique
from tests.factories import mosaique as mosaiques
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
PAGE = "/espace/33032/niveaux/2027/"


@pytest.fixture
def dossier(bassens: Collectivite) -> Dossier:
    return fabrique.dossier(bassens)


def palier(dossier: Dossier, arobases: int) -> Palier:
    return niveaux(Dossier.objects.get(pk=dossier.pk)).paliers[arobases - 1]


def manquent(dossier: Dossier, arobases: int) -> list[str]:
    return [c.libelle for c in palier(dossier, arobases).conditions if c.tenue is False]


def texte(contenu: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", contenu.decode()))


def test_an_empty_dossier_lacks_everything_but_what_the_jury_judges(dossier: Dossier) -> None:
    lus = niveaux(dossier)
    assert [p.arobases for p in lus.paliers] == [1, 2, 3, 4, 5]
    assert lus.prochain == lus.paliers[0]
    assert [p.nb_tenues for p in lus.paliers] == [0] * 5
    assert [c.libelle for p in lus.paliers for c in p.conditions if c.tenue is None] == [
        "aucun critère du jury sous 1,5",
        "J4 et J6 à 3 au moins",
    ]


def test_what_the_mosaique_brings_to_the_jurys_mark(dossier: Dossier) -> None:
    mosaiques.remplir(dossier.mosaique, 1)
    lus = niveaux(Dossier.objects.get(pk=dossier.pk))
    assert (lus.indice, lus.points_mosaique, lus.poids_mosaique) == (15, 3, 20)


def test_a_gate_on_enjeux_says_how_many_and_names_the_nearest(dossier: Dossier, bassens: Collectivite) -> None:
    for code in ("A1", "A2", "A3"):
        mosaiques.repondre(dossier.mosaique, code, 1)
    mosaiques.repondre(dossier.mosaique, "B1", 2)  # no fiche: supported at 1
    au_niveau_1 = palier(dossier, 2).conditions[0]
    assert (au_niveau_1.tenue, au_niveau_1.compte, au_niveau_1.appuis) == (True, "4 sur 4", ())
    au_niveau_2 = palier(dossier, 3).conditions[1]
    assert (au_niveau_2.tenue, au_niveau_2.compte) == (False, "0 sur 4")
    assert au_niveau_2.appuis[0].libelle == "Vie quotidienne (déclaré 2, étayé 1)"
    assert au_niveau_2.appuis[0].url == "/mosaique/33032/2027/B1/"
    atlaas.fiche(bassens, "B1.1")
    assert palier(dossier, 3).conditions[1].compte == "1 sur 4"


def test_the_facts_lead_to_the_step_that_tells_them(dossier: Dossier, referente: Utilisateur) -> None:
    adresses = {c.libelle: c.url for p in niveaux(dossier).paliers for c in p.conditions}
    assert adresses["un référent est nommé"] == f"/dossiers/{dossier.pk}/equipe/"
    assert adresses["une voie non numérique est maintenue"] == f"/dossiers/{dossier.pk}/strategie/"
    assert adresses["au moins une action éligible"] == f"/dossiers/{dossier.pk}/actions/"
    assert adresses["au moins 3 actions réplicables"] == "/espace/33032/fiches/"
    assert adresses["au moins 8 enjeux au niveau étayé 3"] == "/mosaique/33032/2027/"
    assert adresses["J4 et J6 à 3 au moins"] == ""
    actions.enregistrer_section(dossier, "strategie", {"voie_humaine": "oui"}, 0, par=referente)
    assert "une voie non numérique est maintenue" not in manquent(dossier, 3)


def test_the_page_says_what_is_missing_for_the_next_level_and_that_the_jury_decides(
    dossier: Dossier, referente: Utilisateur, connecte: Connecte
) -> None:
    page = texte(connecte(referente).get(PAGE).content)
    assert "Ce qui manque pour 1 arobase" in page.replace("\u00a0", " ")
    assert "Le jury décide." in page
    fragment = texte(connecte(referente).get(PAGE, headers={"HX-Request": "true"}).content)
    assert "Au moins une action éligible" in fragment
    assert "<html" not in connecte(referente).get(PAGE, headers={"HX-Request": "true"}).content.decode()


def test_a_dossier_whose_conditions_all_hold_waits_for_the_jury(
    dossier: Dossier, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    version = dossier.mosaique.version
    version.portes = [p for p in version.portes if p["regle"] == "criteres"]
    version.save()
    for entetes in ({}, {"HX-Request": "true"}):
        page = texte(connecte(referente).get(PAGE, headers=entetes).content)
        assert "Toutes les conditions du dossier sont tenues" in page


@pytest.mark.parametrize(
    ("nom", "statut"),
    [
        ("referente", 200),
        ("redactrice", 200),
        ("signataire", 200),
        ("chargee_de_mission", 404),
        ("voisine", 404),
        ("utilisateur_jure", 404),
    ],
)
def test_who_may_read_the_levels_of_a_draft(
    nom: str, statut: int, dossier: Dossier, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    assert connecte(request.getfixturevalue(nom)).get(PAGE).status_code == statut


def test_an_anonymous_visitor_is_sent_to_sign_in_and_no_dossier_is_not_found(
    dossier: Dossier, client: Client, referente: Utilisateur, connecte: Connecte
) -> None:
    assert client.get(PAGE).status_code == 302
    assert connecte(referente).get("/espace/33032/niveaux/2026/").status_code == 404


@pytest.mark.parametrize("nb", [1, 3])
def test_the_levels_cost_the_same_whatever_the_number_of_fiches(
    nb: int,
    dossier: Dossier,
    bassens: Collectivite,
    referente: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for _ in range(nb):
        atlaas.fiche(bassens, "A1.1")
    client = connecte(referente)
    client.get(PAGE)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get(PAGE)
