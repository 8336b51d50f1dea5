from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from atlaas.interface import archiver_action
from mosaique import actions
from mosaique.models import Mosaique
from tests.factories import atlaas
from tests.factories import mosaique as fabrique
from tests.mosaique.droits import LectureReservee
from villes_internet.comptes.models import Utilisateur
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
MOSAIQUE = "/mosaique/33032/2027/"
ENJEU = "/mosaique/33032/2027/A1/"


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    return fabrique.mosaique(bassens)


def saisie(version: int = 0, **champs: str) -> dict[str, str]:
    statuts = {f"statut_A1.{rang}": "pas_fait" for rang in range(1, 8)}
    return {"numero_version": str(version), "niveau": "2", "commentaire": "Une démarche", **statuts, **champs}


@pytest.mark.parametrize("page", [MOSAIQUE, ENJEU])
class TestLecture(LectureReservee):
    pass


@pytest.mark.parametrize(
    "adresse", ["/mosaique/33032/2026/", "/mosaique/99999/2027/", "/mosaique/33032/2027/Z9/", "/mosaique/'; --/2027/"]
)
def test_an_unknown_mosaique_or_enjeu_is_not_found(
    adresse: str, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    assert connecte(referente).get(adresse).status_code == 404


def test_a_tile_says_its_level_coverage_and_actions_in_words(
    mosaique: Mosaique, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    atlaas.fiche(bassens, "A1.1")
    fabrique.repondre(mosaique, "A1", 3, ["en_service"] + ["pas_fait"] * 6)
    page = connecte(referente).get(MOSAIQUE).content.decode()
    assert "Déclaré 3, étayé 2" in page
    assert "1/7 services" in page
    assert "1\u00a0action" in page
    assert page.count("mosaique__tuile--E") == 4
    assert f'href="{ENJEU}"' in page


def test_the_enjeu_page_says_what_the_declared_level_lacks(
    mosaique: Mosaique, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    atlaas.fiche(bassens, "A1.1", titre="Le conseil en direct")
    fabrique.repondre(mosaique, "A1", 4, ["evalue", "en_service", *["non_concerne"] * 5])
    page = connecte(referente).get(ENJEU).content.decode()
    assert "niveau déclaré 4 — niveau étayé 2" in page
    assert "2 fiches publiées sur cet enjeu (vous en avez 1) et une fiche avec un indicateur chiffré" in page
    assert "une fiche « réplicable » avec un contact et un résultat" in page
    assert "aucune fiche de ce service ne donne d’indicateur ou de lien" in page
    assert "/espace/33032/fiches/creer/?service=A1.2" in page
    assert "Le conseil en direct" in page
    assert "Vous avez écarté 5 services" in page


def test_neighbours_lead_from_the_first_enjeu_to_the_last(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    assert client.get(ENJEU).context["precedent"] is None
    assert client.get(ENJEU).context["suivant"].code == "A2"
    assert client.get("/mosaique/33032/2027/E4/").context["suivant"] is None


def test_saving_stores_the_answer_and_may_go_to_the_next(
    mosaique: Mosaique, redactrice: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(redactrice)
    donnees = saisie(
        **{
            "statut_A1.1": "programme",
            "echeance_A1.1": "2027-06-30",
            "statut_A1.2": "non_concerne",
            "motif_A1.2": "EPCI",
        }
    )
    assert client.post(ENJEU, donnees).headers["Location"] == ENJEU
    reponse = mosaique.reponses.get(enjeu__code="A1")
    assert (reponse.niveau, reponse.commentaire, reponse.modifie_par) == (2, "Une démarche", redactrice)
    assert reponse.services["A1.1"] == {"statut": "programme", "echeance": "2027-06-30", "motif": ""}
    assert reponse.services["A1.2"]["motif"] == "EPCI"
    suite = client.post(ENJEU, saisie(1, suite="1"))
    assert suite.headers["Location"] == "/mosaique/33032/2027/A2/"


def test_an_empty_answer_is_saved(mosaique: Mosaique, referente: Utilisateur, connecte: Connecte) -> None:
    assert connecte(referente).post(ENJEU, {"numero_version": "0"}).status_code == 302
    assert mosaique.reponses.get(enjeu__code="A1").niveau is None


@pytest.mark.parametrize(
    "faute",
    [
        {"niveau": "7"},
        {"commentaire": "é" * 501},
        {"statut_A1.1": "fini"},
        {"echeance_A1.1": "bientôt"},
        {"motif_A1.1": "x" * 201},
        {"numero_version": "-1"},
        {"numero_version": "abc"},
        {"commentaire": "\x00"},
    ],
)
def test_bad_input_is_refused_with_what_was_typed(
    faute: dict[str, str], mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    reponse = connecte(referente).post(ENJEU, saisie(**{"motif_A1.3": "gardé", **faute}))
    if faute == {"commentaire": "\x00"}:  # an invisible character is dropped, nothing is lost
        assert reponse.status_code == 302
        return
    assert reponse.status_code == 422
    assert "gardé" in reponse.content.decode()
    assert mosaique.reponses.get(enjeu__code="A1").numero_version == 0


def test_five_hundred_characters_are_counted_as_the_reader_counts_them(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    texte = "😀\r\n" * 249 + "éé"
    assert connecte(referente).post(ENJEU, saisie(commentaire=texte)).status_code == 302


@pytest.mark.parametrize("nom", ["signataire", "lectrice", "chargee_de_mission"])
def test_a_reader_may_not_save_and_reads_why(
    nom: str, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
) -> None:
    client = connecte(request.getfixturevalue(nom))
    assert "Votre rôle permet de lire" in client.get(ENJEU).content.decode()
    reponse = client.post(ENJEU, saisie())
    assert reponse.status_code == 403
    assert client.post(ENJEU, saisie(), headers={"X-Sauvegarde": "1"}).json()["motif"].startswith("Votre rôle")


def test_a_frozen_mosaique_says_why_it_may_not_change(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    actions.figer(mosaique, par=None)
    client = connecte(referente)
    assert "figée" in client.get(ENJEU).content.decode()
    assert client.post(ENJEU, saisie()).status_code == 403


def test_a_stranger_may_not_save(mosaique: Mosaique, voisine: Utilisateur, connecte: Connecte) -> None:
    assert connecte(voisine).post(ENJEU, saisie()).status_code == 404


class TestDeuxVersions:
    @pytest.fixture(autouse=True)
    def _ronja_a_enregistre(self, mosaique: Mosaique, redactrice: Utilisateur, connecte: Connecte) -> None:
        donnees = saisie(niveau="3", commentaire="Version de Ronja", **{"statut_A1.1": "experimente"})
        connecte(redactrice).post(ENJEU, donnees)

    def test_both_are_shown_field_by_field_and_a_choice_is_saved(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        reponse = client.post(ENJEU, saisie(commentaire="Version d’Alice", **{"statut_A1.2": "programme"}))
        page = reponse.content.decode()
        assert reponse.status_code == 409
        for texte in ("Version de Ronja", "Version d’Alice", "3, installé et mesuré", "2, structuré", "Ronja Martin"):
            assert texte in page
        assert [d.nom for d in reponse.context["divergences"]] == [
            "niveau",
            "commentaire",
            "statut_A1.1",
            "statut_A1.2",
        ]
        gardes = dict(reponse.context["communs"])
        assert gardes["statut_A1.3"] == "pas_fait"
        choix = {d.nom: d.mienne.brute for d in reponse.context["divergences"]} | {"niveau": "3"}
        gardes |= choix | {"numero_version": str(reponse.context["actuel"].numero_version)}
        assert client.post(ENJEU, gardes).status_code == 302
        enregistree = mosaique.reponses.get(enjeu__code="A1")
        assert (enregistree.niveau, enregistree.commentaire) == (3, "Version d’Alice")
        assert enregistree.services["A1.2"]["statut"] == "programme"

    def test_the_autosave_receives_the_other_version(self, referente: Utilisateur, connecte: Connecte) -> None:
        reponse = connecte(referente).post(ENJEU, saisie(), headers={"X-Sauvegarde": "1"})
        recu = reponse.json()
        assert reponse.status_code == 409
        assert (recu["numero_version"], recu["par"]) == (1, "Ronja Martin")
        assert (recu["valeurs"]["niveau"], recu["valeurs"]["commentaire"]) == (3, "Version de Ronja")

    def test_an_empty_level_differs_from_a_chosen_one(self, referente: Utilisateur, connecte: Connecte) -> None:
        reponse = connecte(referente).post(ENJEU, saisie(niveau=""))
        assert "(vide)" in reponse.content.decode()


def test_the_autosave_answers_with_the_new_version(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    recu = connecte(referente).post(ENJEU, saisie(), headers={"X-Sauvegarde": "1"}).json()
    assert (recu["etat"], recu["numero_version"], recu["erreurs"]) == ("enregistre", 1, {})
    assert recu["enregistre_le"]


def test_the_autosave_keeps_what_it_can_and_names_the_rest(
    mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    client = connecte(referente)
    donnees = saisie(niveau="4", commentaire="x" * 501, **{"echeance_A1.1": "demain", "motif_A1.2": "y" * 201})
    recu = client.post(ENJEU, donnees, headers={"X-Sauvegarde": "1"}).json()
    assert set(recu["erreurs"]) == {"commentaire", "echeance_A1.1", "motif_A1.2"}
    assert mosaique.reponses.get(enjeu__code="A1").niveau == 4
    assert client.post(ENJEU, {}, headers={"X-Sauvegarde": "1"}).status_code == 422


def test_an_expired_login_answers_401_to_the_autosave(mosaique: Mosaique, client: Client) -> None:
    assert client.post(ENJEU, saisie(), headers={"X-Sauvegarde": "1"}).status_code == 401


@pytest.mark.parametrize("nb", [1, 30])
def test_the_pages_take_the_same_queries_whatever_the_number_of_actions(
    nb: int,
    mosaique: Mosaique,
    bassens: Collectivite,
    referente: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(nb):
        atlaas.fiche(bassens, "A1.1", "C2.1")
    client = connecte(referente)
    for page, maximum in ((MOSAIQUE, 6), (ENJEU, 12)):
        with django_assert_max_num_queries(maximum):
            client.get(page)


def test_the_next_level_is_offered_to_the_people_of_the_collectivite_only(
    mosaique: Mosaique, referente: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    assert "/espace/33032/niveaux/2027/" in connecte(referente).get(MOSAIQUE).content.decode()
    assert "/espace/33032/niveaux/2027/" not in connecte(chargee_de_mission).get(MOSAIQUE).content.decode()


def test_the_page_of_a_frozen_enjeu_shows_what_was_kept_and_says_so(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    """Neither a fiche published since, nor one renamed or archived, moves it."""
    mosaique = fabrique.mosaique(bassens)
    fiche = atlaas.fiche_mesuree(bassens, "A1.1", titre="Le guichet au fil de l’eau")
    fabrique.repondre(mosaique, "A1", 2, ["en_service"] + ["pas_fait"] * 6)
    client = connecte(referente)
    assert "Ce que montrent vos actions" in client.get(ENJEU).content.decode()
    actions.figer(mosaique, par=None)
    fige = client.get(ENJEU).content.decode()
    assert "Ce que montraient vos actions" in fige
    assert "Tel que retenu le" in fige
    assert "niveau 2 étayé" in fige
    assert "Créer une fiche" not in fige
    archiver_action(fiche, par=None)
    atlaas.fiche_replicable(bassens, "A1.2", titre="Publiée après le dépôt")
    encore = client.get(ENJEU).content.decode()
    assert "1\u00a0fiche éligible" in encore
    assert "Le guichet au fil de l’eau" in encore
    assert "Publiée après le dépôt" not in encore
    actions.defiger(mosaique, mosaique.date_reference, par=None)
    assert "Publiée après le dépôt" in client.get(ENJEU).content.decode()


def test_an_answer_frozen_before_its_proofs_were_kept_gives_its_figures_alone(
    bassens: Collectivite, referente: Utilisateur, connecte: Connecte
) -> None:
    mosaique = fabrique.mosaique(bassens)
    atlaas.fiche(bassens, "A1.1", titre="Le guichet")
    fabrique.repondre(mosaique, "A1", 3)
    actions.figer(mosaique, par=None)
    mosaique.reponses.update(preuves={})
    page = connecte(referente).get(ENJEU).content.decode()
    assert "niveau déclaré 3 — niveau étayé 2" in page
    assert "1\u00a0fiche éligible" in page
    assert "n’était pas encore gardée" in page
    assert "Le guichet" not in page
