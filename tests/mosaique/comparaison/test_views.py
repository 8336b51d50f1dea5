"""The comparison page and the consent to be named."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mosaique.comparaison import actions
from mosaique.comparaison.queries import groupes
from mosaique.models import AccordCitation, Cliche, Genre, GroupeChoisi, Mosaique, Releve
from tests.factories import comparaison as fabrique
from tests.factories import ground
from tests.factories import mosaique as mosaiques
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import arbre
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
PAGE = "/mosaique/33032/2027/comparer/"
CITATION = "/mosaique/33032/2027/citation/"


@pytest.fixture
def mosaique(bassens: Collectivite) -> Mosaique:
    return mosaiques.mosaique(bassens)


@pytest.fixture
def pairs(mosaique: Mosaique) -> list[Collectivite]:
    """Nine towns of the same stratum and département, released."""
    villes = fabrique.villes(9)
    actions.publier_partages()
    return villes


def lire(client: Client, genre: str, annee: str = "") -> str:
    reponse = client.get(PAGE, {"groupe": genre, "annee": annee})
    assert reponse.status_code == 200
    return reponse.content.decode()


class TestDroits:
    @pytest.mark.parametrize("nom", ["referente", "redactrice", "signataire", "lectrice", "chargee_de_mission"])
    @pytest.mark.parametrize("genre", list(Genre))
    def test_the_people_of_the_collectivite_and_the_association_read(
        self, nom: str, genre: str, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        assert "Se comparer" in lire(connecte(request.getfixturevalue(nom)), genre)

    @pytest.mark.parametrize("nom", ["voisine", "sans_role", "utilisateur_jure", "presidente_du_jury"])
    def test_a_stranger_finds_nothing(
        self, nom: str, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        client = connecte(request.getfixturevalue(nom))
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"geste": "chercher"}).status_code == 404
        assert client.post(CITATION, {"accord": "oui"}).status_code == 404
        assert not AccordCitation.objects.exists()

    @pytest.mark.parametrize("nom", ["signataire", "lectrice", "chargee_de_mission"])
    def test_who_only_reads_is_refused_with_the_reason(
        self, nom: str, mosaique: Mosaique, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        client = connecte(request.getfixturevalue(nom))
        for adresse, donnees, motif in (
            (PAGE, {"geste": "chercher"}, "choisir un groupe revient au référent"),
            (CITATION, {"accord": "oui"}, "revient à son référent label"),
        ):
            refusee = client.post(adresse, donnees)
            assert refusee.status_code == 403
            assert motif in refusee.content.decode()
        assert "choisir un groupe revient au référent" in lire(client, "jumelles")

    def test_a_contributor_compares_but_does_not_consent(
        self, mosaique: Mosaique, redactrice: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(redactrice)
        assert client.post(PAGE, {"geste": "chercher"}).status_code == 302
        assert client.post(CITATION, {"accord": "oui"}).status_code == 403

    def test_an_anonymous_visitor_signs_in(self, mosaique: Mosaique, client: Client) -> None:
        assert client.get(PAGE).status_code == client.post(CITATION).status_code == 302

    def test_an_unknown_gesture_or_town_is_not_found(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        assert client.post(PAGE, {"geste": "classer"}).status_code == 404
        assert client.post(PAGE, {"geste": "retirer", "membre": "99999"}).status_code == 404


class TestPage:
    def test_mine_beside_the_quartiles_with_n_and_date(
        self, pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte
    ) -> None:
        page = lire(connecte(referente), "strate")
        assert "9\u00a0collectivités, dossiers de 2027" in page
        assert "Chiffres publiés le" in page
        assert "Strate : ville de 3 000 à 19 999 habitants" in page
        assert page.count('class="bande" ') == 1 + 5 + 20
        assert 'href="/mosaique/33032/2027/A1/"' in page
        assert not any(f"Ville {n}" in page for n in range(9))

    @pytest.mark.parametrize(
        ("genre", "dit"),
        [
            ("departement", "même type, même département (33)"),
            ("epci", "appartient à aucune intercommunalité"),
            ("jumelles", "Chercher mes jumelles parmi les dossiers de 2027"),
            ("choisi", "Choisissez au moins huit collectivités"),
            ("n-importe-quoi", "Chercher mes jumelles"),
        ],
    )
    def test_each_group_says_with_whom_or_why_not(
        self, genre: str, dit: str, pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte
    ) -> None:
        page = lire(connecte(referente), genre)
        assert dit in page or dit.capitalize() in page or dit[0].upper() + dit[1:] in page

    def test_below_eight_it_says_how_many_are_missing(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        fabrique.villes(6)
        actions.publier_partages()
        page = lire(connecte(referente), "strate")
        assert "6 collectivités de ce groupe ont déposé en 2027" in page
        assert "il en manque 2" in page
        assert 'class="bande" ' not in page

    def test_a_group_not_released_yet_says_so(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        fabrique.villes(8)
        assert "ils le seront dans les dix minutes" in lire(connecte(referente), "strate")

    def test_the_département_of_a_town_may_be_unknown(
        self, mosaique: Mosaique, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        Collectivite.objects.filter(pk=bassens.pk).update(departement=None)
        assert "n’est pas connu du registre" in lire(connecte(referente), "departement")

    def test_an_intercommunalite_is_compared_to_its_like(self, referente: Utilisateur, connecte: Connecte) -> None:
        epci = ground.collectivite("Métropole", "243300316", type="epci", nature="METRO", population=820_000)
        mosaiques.mosaique(epci)
        ground.habiliter(referente, "referent", epci)  # type: ignore[arg-type]
        fabrique.villes(8, type="epci", nature="CC")
        actions.publier_partages()
        page = connecte(referente).get("/mosaique/243300316/2027/comparer/?groupe=strate").content.decode()
        assert "Les intercommunalités" in page
        assert "8\u00a0collectivités" in page

    def test_the_latest_year_with_figures_is_shown_and_another_may_be_chosen(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        fabrique.deposee(bassens, 1, 2025)
        mosaiques.mosaique(bassens)
        fabrique.villes(8, millesime=2026)
        fabrique.villes(8, millesime=2025)
        fabrique.villes(8, millesime=2028)
        actions.publier_partages()
        client = connecte(referente)
        page = lire(client, "strate")
        assert "dossiers de 2026" in page
        assert "2028" not in page
        assert "dossiers de 2025" in lire(client, "strate", "2025")
        assert "dossiers de 2026" in lire(client, "strate", "2028")
        assert "parmi les dossiers de 2026" in lire(client, "jumelles")
        assert "<polyline" in page
        assert "2027 n’est pas encore déposé" in page

    def test_a_first_dossier_has_no_curve_yet(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        page = lire(connecte(referente), "strate")
        assert "C’est votre premier dossier" in page
        assert "<polyline" not in page

    def test_few_answers_on_an_enjeu_show_no_figure_of_it(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        villes = fabrique.villes(9)
        Cliche.objects.filter(collectivite__in=villes[:2]).update(scores={})
        actions.publier_partages()
        assert lire(connecte(referente), "strate").count("trop peu de collectivités l’ont renseigné") == 20

    def test_a_shared_group_too_close_to_mine_is_withheld(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        villes = fabrique.villes(9)
        fabrique.choisir(mosaique, villes[:8])
        actions.publier_choisi(mosaique, 2027, par=None)
        actions.publier_partages()
        assert Releve.objects.filter(genre=Genre.STRATE).exists()
        page = lire(connecte(referente), "strate")
        assert "diffère d’une ou deux collectivités" in page
        assert 'class="bande" ' not in page

    def test_a_shared_group_equal_to_mine_is_shown(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        fabrique.choisir(mosaique, fabrique.villes(8))
        actions.publier_choisi(mosaique, 2027, par=None)
        actions.publier_partages()
        assert "8\u00a0collectivités, dossiers de 2027" in lire(connecte(referente), "strate")


class TestGestes:
    def test_twins_are_found_with_their_reason_and_named_only_with_their_consent(
        self, pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte
    ) -> None:
        actions.accorder_citation(mosaiques.mosaique(pairs[0]), accord=True, par=None)
        client = connecte(referente)
        reponse = client.post(f"{PAGE}?groupe=jumelles", {"geste": "chercher", "annee": "2027"}, follow=True)
        page = reponse.content.decode()
        assert "Vos 9 jumelles de 2027 sont trouvées." in page
        assert "7\u202f500\u00a0habitants, même région" in page
        assert page.count("n’a pas demandé à être nommée") == 8
        assert "Ville 0 (Gironde, 33)" in page

    def test_a_shared_group_names_those_that_agree(
        self, pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte
    ) -> None:
        actions.accorder_citation(mosaiques.mosaique(pairs[3]), accord=True, par=None)
        page = lire(connecte(referente), "strate")
        assert "Ville 3 (Gironde, 33)" in page
        assert "Ville 4" not in page

    def test_a_refusal_says_why(self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte) -> None:
        reponse = connecte(referente).post(PAGE, {"geste": "chercher", "annee": "abcd"}, follow=True)
        assert "Aucune collectivité de ce groupe a déposé" in reponse.content.decode()

    def test_a_year_after_the_mosaique_s_own_is_not_compared(
        self, pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte
    ) -> None:
        connecte(referente).post(PAGE, {"geste": "chercher", "annee": "2030"})
        assert Releve.objects.get(genre=Genre.JUMELLES).millesime == 2027

    def test_one_picks_compares_and_takes_back(
        self, pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        adresse = f"{PAGE}?groupe=choisi"
        for ville in [*pairs, ground.collectivite("Sans dossier")]:
            donnees = {
                "collectivite": ville.libelle_complet,
                "collectivite_choix": ville.code,
                "collectivite_pour": ville.libelle_complet,
            }
            client.post(adresse, {"geste": "ajouter", **donnees})
        assert GroupeChoisi.objects.get().membres.count() == 10
        page = client.post(adresse, {"geste": "comparer", "annee": "2027"}, follow=True).content.decode()
        assert "9 collectivités ont déposé en 2027" in page
        assert "(pas de dossier en 2027)" in page
        assert page.count('class="bande" ') == 26
        client.post(adresse, {"geste": "retirer", "membre": pairs[0].code})
        page = client.post(adresse, {"geste": "comparer", "annee": "2027"}, follow=True).content.decode()
        assert "diffère d’une ou deux collectivités" in page

    def test_an_unknown_town_is_said_at_its_field(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        reponse = connecte(referente).post(f"{PAGE}?groupe=choisi", {"geste": "ajouter", "collectivite": "Xyzzy"})
        assert reponse.status_code == 422
        assert "Aucune collectivité ne correspond" in reponse.content.decode()


class TestCitation:
    def test_the_switch_is_off_then_on_then_off_and_journalled(
        self, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        assert "Accepter d’être nommée" in client.get("/mosaique/33032/2027/").content.decode()
        page = client.post(CITATION, {"accord": "oui"}, follow=True).content.decode()
        assert "Ne plus être nommée" in page
        assert AccordCitation.objects.get().collectivite == mosaique.collectivite
        client.post(CITATION, {"accord": "non"})
        assert not AccordCitation.objects.exists()
        assert Evenement.objects.de(mosaique).filter(par=referente, verbe__contains="nommée").count() == 2


@pytest.mark.parametrize("genre", list(Genre))
@pytest.mark.parametrize("nb", [8, 12])
def test_the_page_costs_at_most_twelve_queries(
    genre: Genre, nb: int, mosaique: Mosaique, referente: Utilisateur, connecte: Connecte
) -> None:
    villes = fabrique.villes(nb)
    for ville in villes:
        actions.accorder_citation(mosaiques.mosaique(ville), accord=True, par=None)
    fabrique.choisir(mosaique, villes)
    actions.publier_partages()
    actions.publier_choisi(mosaique, 2027, par=None)
    actions.publier_jumelles(mosaique, 2027, par=None)
    arbre(mosaique.version)
    client = connecte(referente)
    with CaptureQueriesContext(connection) as requetes:
        lire(client, genre)
    assert len(requetes) <= 12, "\n".join(r["sql"][:120] for r in requetes)


def test_what_was_released_is_read_and_never_computed_again(
    pairs: list[Collectivite], referente: Utilisateur, connecte: Connecte, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groupes, "QUARTILES", "SELECT 1/0")
    assert "9\u00a0collectivités" in lire(connecte(referente), "strate")
