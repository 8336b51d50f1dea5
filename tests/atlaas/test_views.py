from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from atlaas import actions
from atlaas.corrections import actions as corrections
from atlaas.etats import EtatAction
from atlaas.models import Action
from atlaas.questions import actions as questions
from atlaas.templatetags.texte_riche import mesure, texte_riche
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.socle.delais import lectures_bornees
from villes_internet.territoires.models import Collectivite, TypeCollectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
FICHES = "/espace/33032/fiches/"
CREER = "/espace/33032/fiches/creer/"


def saisie(*codes: str, version: int | str = "", **champs: str) -> dict[str, Any]:
    services = [s.pk for s in atlaas.services(*codes)]
    return {
        "titre": "Un budget participatif",
        "resume": "Les habitants votent.",
        "stade": "en_service",
        "operateur": "direct",
        "services": services,
        "numero_version": str(version),
        **champs,
    }


def modifier(action: Action) -> str:
    return f"/atlaas/fiches/{action.pk}/modifier/"


def changer(action: Action) -> str:
    return f"/atlaas/fiches/{action.pk}/etat/"


class TestListe:
    def test_anyone_searches_and_reads_the_number_found(self, bassens: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens, "A1.4", titre="Budget participatif des écoles")
        atlaas.fiche(bassens, "B1.1", titre="Alerte")
        reponse = client.get("/atlaas/", {"q": "ecole", "enjeu": "A1", "type": "commune", "region": "75", "public": ""})
        page = reponse.content.decode()
        assert reponse.status_code == 200
        assert "1\u00a0action" in page
        assert "Budget participatif des <mark>écoles</mark>" in page
        assert "Alerte" not in page
        assert "Démocratie locale (1)" in page

    def test_nothing_found_offers_the_way_back(self, bassens: Collectivite, client: Client) -> None:
        assert "Aucune action ne correspond" in client.get("/atlaas/", {"q": "introuvable"}).content.decode()

    @pytest.mark.parametrize(
        ("parametres", "phrase"),
        [
            ({"apres": "-1"}, "Cette page de la liste n’existe pas"),
            ({"avant": "q1_"}, "Cette page de la liste n’existe pas"),
            ({"page": "-1"}, "Cette page de la liste n’existe pas"),
            ({"lat": "91", "lon": "0"}, "90"),
            ({"pres": "Nulle-Part-sur-Rien"}, "n’est pas dans le registre"),
            ({"pres": "x", "rayon": "11"}, "Choisissez 10, 30 ou 100 km"),
            ({"enjeu": "x" * 101}, "100 caractères"),
            ({"q": "x" * 10_000}, "200 caractères au plus"),
            ({"q": "a\x00b"}, ""),
        ],
    )
    def test_bad_input_is_said_with_status_400(self, parametres: dict[str, str], phrase: str, client: Client) -> None:
        ground.version_publiee()
        reponse = client.get("/atlaas/", parametres)
        assert reponse.status_code == 400
        assert phrase in reponse.content.decode()

    @pytest.mark.parametrize("q", ["'; DROP TABLE atlaas_action; --", "🎉 fête", '"', "a & | !", "<script>"])
    def test_odd_words_are_only_words(self, q: str, bassens: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens)
        reponse = client.get("/atlaas/", {"q": q})
        assert reponse.status_code == 200
        assert "<script>" not in reponse.content.decode().split("<main", 1)[1].split("</main>")[0]

    @pytest.mark.parametrize("choix", [{"enjeu": "Z9"}, {"region": "' OR 1=1"}, {"annee": "mille"}])
    def test_a_choice_that_no_fiche_has_finds_nothing_and_says_how_to_go_on(
        self, choix: dict[str, str], bassens: Collectivite, client: Client
    ) -> None:
        atlaas.fiche(bassens)
        reponse = client.get("/atlaas/", choix)
        assert reponse.status_code == 200
        assert "Aucune action ne correspond" in reponse.content.decode()
        assert "Sans le critère" in reponse.content.decode()

    def test_a_search_that_takes_too_long_is_stopped_and_says_so(
        self, bassens: Collectivite, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lente(*args: Any, **options: Any) -> None:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_sleep(5)")

        monkeypatch.setattr("atlaas.recherche.views.lectures_bornees", partial(lectures_bornees, 0.05))
        monkeypatch.setattr("atlaas.recherche.views.compter", lente)
        reponse = client.get("/atlaas/", {"q": "école"})
        assert reponse.status_code == 503
        assert "demande trop de temps" in reponse.content.decode()
        assert 'value="école"' in reponse.content.decode()

    def test_it_stands_before_any_referentiel_is_published(self, db: None, client: Client) -> None:
        assert client.get("/atlaas/").status_code == 200

    @pytest.mark.parametrize("nb", [1, 30])
    def test_at_most_twelve_queries_and_twenty_four_cards(
        self, nb: int, bassens: Collectivite, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for rang in range(nb):
            atlaas.fiche(bassens, "A1.1", "C2.1", titre=f"Atelier {rang}")
        client.get("/atlaas/?q=atelier")  # a process reads the référentiel once
        with django_assert_max_num_queries(12):
            page = client.get("/atlaas/?q=atelier&type=commune&enjeu=A1").content.decode()
        assert page.count("fiche-carte__lieu") == min(nb, 24)


class TestFiche:
    def test_anyone_reads_a_published_fiche(self, bassens: Collectivite, client: Client) -> None:
        action = atlaas.fiche_replicable(
            bassens,
            "A1.4",
            description="## Le projet\n\n**Tous** votent.",
            lien="https://example.org",
            outils="Decidim",
        )
        page = client.get(action.get_absolute_url()).content.decode()
        for morceau in ("<strong>Tous</strong>", "412", "Direction du numérique", "Budget participatif", "Decidim"):
            assert morceau in page
        assert "Gérer la fiche" not in page

    def test_an_old_address_leads_to_today_s(self, bassens: Collectivite, client: Client) -> None:
        action = atlaas.fiche(bassens)
        reponse = client.get(f"/atlaas/fiches/{action.pk}-ancien-titre/")
        assert (reponse.status_code, reponse.headers["Location"]) == (301, action.get_absolute_url())

    @pytest.mark.parametrize(
        ("nom", "code"),
        [("referente", 200), ("lectrice", 200), ("chargee_de_mission", 200), ("voisine", 404), ("sans_role", 404)],
    )
    def test_a_draft_is_hidden_from_strangers(
        self, nom: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        action = atlaas.fiche(bassens, publiee=False)
        assert connecte(request.getfixturevalue(nom)).get(action.get_absolute_url()).status_code == code

    def test_a_draft_is_hidden_from_an_anonymous_visitor(self, bassens: Collectivite, client: Client) -> None:
        assert client.get(atlaas.fiche(bassens, publiee=False).get_absolute_url()).status_code == 404

    def test_its_people_read_why_the_moderation_removed_it(
        self, bassens: Collectivite, referente: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche(bassens)
        actions.depublier_action(action, par=chargee_de_mission, motif="Nom d’une habitante dans le texte")
        client = connecte(referente)
        assert "Nom d’une habitante" in client.get(action.get_absolute_url()).content.decode()
        assert "Nom d’une habitante" in client.get(modifier(action)).content.decode()

    @pytest.mark.parametrize("nb", [1, 3])
    @pytest.mark.parametrize("nom", ["anonyme", "referente", "voisine"])
    def test_at_most_twelve_queries_with_questions_corrections_and_a_chain(
        self,
        nb: int,
        nom: str,
        bassens: Collectivite,
        bram: Collectivite,
        connecte: Connecte,
        client: Client,
        request: pytest.FixtureRequest,
        django_assert_max_num_queries: Any,
    ) -> None:
        source = atlaas.fiche(bram)
        action = atlaas.fiche(bassens, "A1.1", "B1.1", "C1.1", inspiree_de=source)
        action.partenaires.add(bram)
        for _ in range(nb):
            qui = ground.utilisateur("Zoé")
            posee = questions.poser(action, pour=bram, texte="Combien ?", par=qui)
            questions.repondre(posee, pour=bassens, texte="Douze.", par=qui)
            corrections.proposer(action, "resume", voulu="Autre", pourquoi="x", source="", pour=None, par=qui)
            atlaas.fiche(bram, inspiree_de=action)
        lecteur = client if nom == "anonyme" else connecte(request.getfixturevalue(nom))
        with django_assert_max_num_queries(12):
            page = lecteur.get(action.get_absolute_url()).text
        assert page.count("Douze.") == nb


def test_markdown_is_made_safe() -> None:
    html = texte_riche(
        "# Titre\n\n<script>alert(1)</script> <b>gras</b> ![img](x.png) [a](javascript:alert(1)) [b](https://e.org)\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert "<h3>Titre</h3>" in html
    assert "<script" not in html
    assert "<b>" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'rel="nofollow noopener ugc"' in html
    assert "<table>" in html


def test_a_measure_drops_its_useless_zeros() -> None:
    from decimal import Decimal

    assert [mesure(Decimal(v)) for v in ("412.00", "3.50", "1284", "0.05")] == ["412", "3,5", "1\u202f284", "0,05"]


class TestCollectivite:
    def test_anyone_reads_its_label_and_actions(self, bassens: Collectivite, client: Client) -> None:
        atlaas.fiche(bassens, titre="Budget participatif")
        atlaas.fiche(bassens, titre="Brouillon secret", publiee=False)
        actions.inscrire_distinction(bassens, 2026, 4, est_verte=True, mentions=["Transition écologique"])
        page = client.get("/collectivites/33032/").content.decode()
        for morceau in ("Budget participatif", "4\u00a0arobases, dont une verte", "Transition écologique", "33530"):
            assert morceau in page
        assert "Brouillon secret" not in page
        assert "Représentez-vous cette collectivité" in page

    def test_its_people_find_the_way_to_their_fiches(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        assert FICHES in connecte(referente).get("/collectivites/33032/").content.decode()

    def test_an_intercommunalite_names_its_communes(self, client: Client) -> None:
        epci = ground.collectivite("Métropole", "243300316", type=TypeCollectivite.EPCI)
        ground.collectivite("Cenon", "33119", epci=epci)
        assert "Cenon" in client.get("/collectivites/243300316/").content.decode()
        assert "Métropole" in client.get("/collectivites/33119/").content.decode()

    def test_a_part_or_a_former_code_leads_to_the_commune_of_today(self, client: Client) -> None:
        annecy = ground.collectivite("Annecy", "74010", anciens_codes=["74182"])
        ground.collectivite("Annecy-le-Vieux", "74011", type=TypeCollectivite.COMMUNE_DELEGUEE, commune_actuelle=annecy)
        for code in ("74011", "74182"):
            assert client.get(f"/collectivites/{code}/").headers["Location"] == "/collectivites/74010/"

    @pytest.mark.parametrize("adresse", ["99999/", "33032/?page=-1", "33032/?page=²", "33032/?page=3", "🎉/"])
    def test_what_does_not_exist_is_not_found(self, adresse: str, bassens: Collectivite, client: Client) -> None:
        assert client.get(f"/collectivites/{adresse}").status_code == 404


class TestMesFiches:
    def test_states_are_counted_and_filtered(
        self, bassens: Collectivite, lectrice: Utilisateur, connecte: Connecte
    ) -> None:
        atlaas.fiche(bassens, titre="Publiée")
        atlaas.fiche(bassens, titre="En cours", publiee=False)
        client = connecte(lectrice)
        page = client.get(FICHES).content.decode()
        assert "Publiées (1)" in page
        assert "Votre rôle permet de lire" in page
        brouillons = client.get(FICHES, {"etat": "brouillon"}).content.decode()
        assert "En cours" in brouillons
        assert "Publiée</a>" not in brouillons

    def test_an_empty_list_offers_the_first_step(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        assert "Racontez une première action" in client.get(FICHES).content.decode()
        assert "Aucune fiche dans cet état" in client.get(FICHES, {"etat": "archivee"}).content.decode()
        assert client.get(FICHES, {"etat": "perdue"}).status_code == 404

    def test_a_stranger_finds_nothing(self, bassens: Collectivite, voisine: Utilisateur, connecte: Connecte) -> None:
        assert connecte(voisine).get(FICHES).status_code == 404

    def test_an_anonymous_visitor_signs_in(self, bassens: Collectivite, client: Client) -> None:
        assert client.get(FICHES).status_code == 302


class TestCreer:
    def test_a_title_alone_makes_a_draft(
        self, bassens: Collectivite, redactrice: Utilisateur, connecte: Connecte
    ) -> None:
        ground.version_publiee()
        donnees = {"titre": "Une idée", "stade": "idee", "operateur": "direct"}
        reponse = connecte(redactrice).post(CREER, donnees)
        action = Action.objects.get()
        assert (action.titre, action.etat, action.auteur) == ("Une idée", EtatAction.BROUILLON, redactrice)
        assert reponse.headers["Location"] == modifier(action)

    def test_a_complete_fiche_is_published_at_once(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        reponse = connecte(referente).post(CREER, saisie("A1.4", publier="1"))
        action = Action.objects.get()
        assert action.etat == EtatAction.PUBLIEE
        assert reponse.headers["Location"] == action.get_absolute_url()

    def test_an_incomplete_one_is_kept_as_a_draft_that_says_what_is_missing(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        ground.version_publiee()
        reponse = connecte(referente).post(CREER, saisie(publier="1", resume=""), follow=True)
        page = reponse.content.decode()
        assert "Le brouillon est enregistré, mais pas publié" in page
        assert '<a href="#id_services">Rattachez la fiche à un service au moins.</a>' in page
        assert Action.objects.get().etat == EtatAction.BROUILLON

    def test_it_comes_with_the_service_and_goes_back_where_one_was(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        service = atlaas.services("A1.3")[0]
        page = client.get(f"{CREER}?service=A1.3&retour=/mosaique/33032/2027/A1/").content.decode()
        assert f'value="{service.pk}" checked' in " ".join(page.split())
        assert 'value="/mosaique/33032/2027/A1/"' in page
        assert client.get(f"{CREER}?enjeu=B2").status_code == 200
        vers = client.post(CREER, saisie("A1.3", retour="/mosaique/33032/2027/A1/"))
        assert vers.headers["Location"] == "/mosaique/33032/2027/A1/"
        ailleurs = client.post(CREER, saisie("A1.3", retour="https://malveillant.example/"))
        assert "malveillant" not in ailleurs.headers["Location"]

    @pytest.mark.parametrize(
        "faute",
        [
            {"titre": "é" * 121},
            {"resume": "é" * 301},
            {"description": "é" * 5001},
            {"stade": "fini"},
            {"date_debut": "2027-01-02", "date_fin": "2027-01-01"},
            {"date_debut": "hier"},
            {"lien": "javascript:alert(1)"},
            {"indicateur_valeur": "beaucoup"},
            {"indicateur_valeur": "12"},
            {"services": ["999999"]},
            {"services": ["x"]},
        ],
    )
    def test_bad_input_is_refused_with_what_was_typed(
        self, faute: dict[str, Any], bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        reponse = connecte(referente).post(CREER, saisie("A1.1", outils="gardé") | faute)
        assert reponse.status_code == 422
        assert "gardé" in reponse.content.decode()
        assert not Action.objects.exists()

    def test_a_text_is_counted_as_its_reader_counts_it(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        texte = "a\r\n" * 149 + "éé"
        assert connecte(referente).post(CREER, saisie("A1.1", resume=texte)).status_code == 302
        assert len(Action.objects.get().resume) == 300

    @pytest.mark.parametrize(("nom", "code"), [("lectrice", 403), ("signataire", 403), ("voisine", 404)])
    def test_others_may_not(
        self, nom: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        client = connecte(request.getfixturevalue(nom))
        assert client.get(CREER).status_code == code
        assert client.post(CREER, saisie("A1.1")).status_code == code

    def test_without_a_published_referentiel_there_is_no_form(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        assert client.get(CREER).status_code == 404
        action = actions.creer_action(bassens, par=None)
        assert client.get(modifier(action)).status_code == 404


class TestModifier:
    def test_the_form_comes_filled_and_saves(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche_mesuree(bassens, "A1.1", titre="Avant", indicateur_valeur="3.5")
        client = connecte(referente)
        page = client.get(modifier(action)).content.decode()
        assert "Avant" in page
        assert "3,5" in page
        reponse = client.post(
            modifier(action),
            saisie("A1.2", version=1, titre="Après", indicateur_valeur="4,5", indicateur_libelle="part"),
        )
        action.refresh_from_db()
        assert (action.titre, action.version, str(action.indicateur_valeur)) == ("Après", 2, "4.50")
        assert reponse.headers["Location"] == action.get_absolute_url()

    def test_a_published_fiche_stays_complete(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche(bassens)
        reponse = connecte(referente).post(modifier(action), saisie("A1.1", version=1, resume=""))
        assert reponse.status_code == 422
        assert "Une fiche publiée doit rester complète. Écrivez un résumé" in reponse.content.decode()

    def test_bad_input_is_refused(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        action = atlaas.fiche(bassens, publiee=False)
        client = connecte(referente)
        assert client.post(modifier(action), saisie("A1.1", version=1, stade="fini")).status_code == 422
        assert client.post(modifier(action), saisie("A1.1", version="x")).status_code == 422

    def test_both_versions_are_shown_field_by_field_and_a_choice_is_saved(
        self, bassens: Collectivite, referente: Utilisateur, redactrice: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche(bassens, "A1.1", publiee=False)
        ronja = saisie("A1.1", "A1.2", version=1, titre="Titre de Ronja", est_libre="on", date_debut="2024-01-01")
        assert connecte(redactrice).post(modifier(action), ronja).status_code == 302
        client = connecte(referente)
        alice = saisie("A1.1", "A1.3", version=1, titre="Titre d’Alice", stade="experimentation", outils="Decidim")
        reponse = client.post(modifier(action), alice | {"indicateur_valeur": "2,5", "indicateur_libelle": "part"})
        page = reponse.content.decode()
        assert reponse.status_code == 409
        for texte in ("Titre de Ronja", "Titre d’Alice", "en expérimentation", "Oui", "2024-01-01", "déjà enregistré"):
            assert texte in page
        choix = {d.nom: d.mienne.brute for d in reponse.context["divergences"]} | {"titre": "Titre de Ronja"}
        gardes = dict(reponse.context["communs"]) | choix
        gardes["numero_version"] = reponse.context["action"].version
        gardes["services"] = [*reponse.context["services_communs"], reponse.context["services_divergents"][0]["pk"]]
        assert client.post(modifier(action), gardes).status_code == 302
        action.refresh_from_db()
        assert (action.titre, action.outils, action.est_libre, action.version) == (
            "Titre de Ronja",
            "Decidim",
            False,
            3,
        )
        assert str(action.indicateur_valeur) == "2.50"
        assert action.services.count() == 2

    def test_the_autosave_of_a_draft(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        action = atlaas.fiche(bassens, publiee=False)
        client = connecte(referente)
        entete = {"X-Sauvegarde": "1"}
        donnees = saisie("A1.1", version=1, stade="fini", date_debut="hier", services=["x"])
        recu = client.post(modifier(action), donnees, headers=entete).json()
        assert (recu["numero_version"], set(recu["erreurs"])) == (2, {"stade", "date_debut", "services"})
        perimee = client.post(modifier(action), saisie("A1.1", version=1), headers=entete)
        assert perimee.status_code == 409
        valeurs = perimee.json()["valeurs"]
        assert (valeurs["titre"], valeurs["est_libre"], len(valeurs["services"])) == ("Un budget participatif", [], 1)
        assert client.post(modifier(action), {"numero_version": "x"}, headers=entete).status_code == 422

    def test_the_autosave_says_why_it_is_refused(
        self, bassens: Collectivite, lectrice: Utilisateur, voisine: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche(bassens, publiee=False)
        entete = {"X-Sauvegarde": "1"}
        refus = connecte(lectrice).post(modifier(action), saisie("A1.1", version=1), headers=entete)
        assert (refus.status_code, "lire" in refus.json()["motif"]) == (403, True)
        assert connecte(voisine).post(modifier(action), {}, headers=entete).status_code == 404

    @pytest.mark.parametrize(("nom", "code"), [("lectrice", 403), ("chargee_de_mission", 403), ("voisine", 404)])
    def test_others_may_not(
        self, nom: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        action = atlaas.fiche(bassens, publiee=False)
        client = connecte(request.getfixturevalue(nom))
        assert client.get(modifier(action)).status_code == code
        assert client.post(modifier(action), saisie("A1.1", version=1)).status_code == code

    def test_an_anonymous_visitor_signs_in(self, bassens: Collectivite, client: Client) -> None:
        assert client.get(modifier(atlaas.fiche(bassens))).status_code == 302

    def test_at_most_twelve_queries(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte, django_assert_max_num_queries: Any
    ) -> None:
        action = atlaas.fiche(bassens, "A1.1", "B1.1", "C1.1", publiee=False)
        client = connecte(referente)
        with django_assert_max_num_queries(12):
            client.get(modifier(action))


class TestChangerEtat:
    def test_publish_take_back_archive(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        action = atlaas.fiche(bassens, publiee=False)
        client = connecte(referente)
        for vers, etat in (("publier", "publiee"), ("reprendre", "brouillon"), ("archiver", "archivee")):
            assert client.post(changer(action), {"vers": vers}).status_code == 302
            action.refresh_from_db()
            assert action.etat == etat

    def test_what_is_missing_is_said(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        action = atlaas.fiche(bassens, publiee=False, resume="")
        page = connecte(referente).post(changer(action), {"vers": "publier"}, follow=True).content.decode()
        assert "Écrivez un résumé" in page

    @pytest.mark.parametrize(
        ("nom", "vers", "code"),
        [
            ("lectrice", "archiver", 403),
            ("voisine", "archiver", 403),
            ("referente", "publier", 403),
            ("referente", "brûler", 404),
            ("referente", "", 404),
        ],
    )
    def test_refusals(
        self, nom: str, vers: str, code: int, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        action = atlaas.fiche(bassens)
        assert connecte(request.getfixturevalue(nom)).post(changer(action), {"vers": vers}).status_code == code

    def test_a_link_changes_nothing(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        assert connecte(referente).get(changer(atlaas.fiche(bassens))).status_code == 405


class TestModeration:
    def adresse(self, action: Action) -> str:
        return f"/admin/atlaas/action/{action.pk}/change/"

    def test_the_association_removes_with_a_motive_then_puts_back(
        self, bassens: Collectivite, chargee_de_mission: Utilisateur, connecte: Connecte
    ) -> None:
        action = atlaas.fiche(bassens)
        client = connecte(chargee_de_mission)
        assert client.get("/admin/atlaas/action/", {"q": action.titre}).status_code == 200
        sans_motif = client.post(self.adresse(action), {"decision": "depublier", "motif": " "})
        assert "Écrivez le motif" in sans_motif.content.decode()
        client.post(self.adresse(action), {"decision": "depublier", "motif": "Publicité"})
        action.refresh_from_db()
        assert action.etat == EtatAction.DEPUBLIEE
        client.post(self.adresse(action), {"decision": "retablir"})
        action.refresh_from_db()
        assert action.etat == EtatAction.BROUILLON
        client.post(self.adresse(action), {"decision": ""})
        action.refresh_from_db()
        assert action.etat == EtatAction.BROUILLON

    @pytest.mark.parametrize("nom", ["utilisateur_jure", "presidente_du_jury"])
    def test_the_jury_does_not_moderate(
        self, nom: str, bassens: Collectivite, connecte: Connecte, request: pytest.FixtureRequest
    ) -> None:
        client = connecte(request.getfixturevalue(nom))
        assert client.get(self.adresse(atlaas.fiche(bassens))).status_code == 403


def test_a_member_is_led_to_the_towns_like_hers(
    bassens: Collectivite, bram: Collectivite, referente: Utilisateur, connecte: Connecte, client: Client
) -> None:
    atlaas.fiche(bram)
    page = connecte(referente).get("/atlaas/?q=fiche").text
    assert '?q=fiche&amp;strate=petite">Villes comme la mienne</a>' in page
    assert "comme la mienne" not in client.get("/atlaas/").text
    assert 'href="/atlaas/?strate=petite"' in client.get("/collectivites/11049/").text


def test_a_dead_end_proposes_only_what_finds_something(bassens: Collectivite, client: Client) -> None:
    atlaas.fiche(bassens, titre="Budget participatif")
    page = client.get("/atlaas/?q=zzzz+budget").text
    assert '<a href="?q=zzzz+or+budget">Avec un seul de ces mots</a> : 1\u00a0action' in page
    assert "Avec un seul" not in client.get("/atlaas/?q=zzzz+yyyy").text
    sans = client.get("/atlaas/?q=budget&stade=idee").text
    assert "Sans le critère « Avancement »</a> : 1\u00a0action" in sans
    assert "Voir toutes les actions" in client.get("/atlaas/?q=zzzz+yyyy").text
