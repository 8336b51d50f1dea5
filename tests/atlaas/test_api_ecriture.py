"""A town's program and the town's fiches: its token, its scopes, the rules of the forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from atlaas.api import actions, permissions
from atlaas.api.urls import FONCTIONS
from atlaas.etats import EtatAction
from atlaas.models import Action, Jeton, Portee
from tests.factories import atlaas, ground
from villes_internet.comptes.models import Habilitation, Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.socle.verdict import INCONNU
from villes_internet.territoires.models import Collectivite

pytestmark = pytest.mark.django_db
Connecte = Callable[[Utilisateur], Client]
MES = "/api/v1/mes-fiches"
JETONS = "/espace/33032/jetons/"
JSON = "application/json"


class Programme:
    """A town's program, with its token."""

    def __init__(self, secret: str) -> None:
        self.client, self.entetes = Client(), {"authorization": f"Bearer {secret}"}

    def lire(self, adresse: str = MES) -> Any:
        return self.client.get(adresse, headers=self.entetes)

    def poster(self, adresse: str, corps: Any) -> Any:
        return self.client.post(adresse, corps, content_type=JSON, headers=self.entetes)

    def corriger(self, pk: int, corps: Any) -> Any:
        return self.client.patch(f"{MES}/{pk}", corps, content_type=JSON, headers=self.entetes)


def jeton(collectivite: Collectivite, par: Utilisateur, *portees: str) -> tuple[Jeton, str]:
    ground.version_publiee()
    return actions.creer_jeton(collectivite, nom="Agenda", portees=portees or Portee.values, jours=30, par=par)


@pytest.fixture
def programme(bassens: Collectivite, referente: Utilisateur) -> Programme:
    return Programme(jeton(bassens, referente)[1])


class TestEcriture:
    def test_a_program_creates_completes_and_publishes(
        self, programme: Programme, bassens: Collectivite, referente: Utilisateur
    ) -> None:
        creee = programme.poster(MES, {"titre": "  Un budget\u200b participatif ", "services": ["A1.4"]})
        assert creee.status_code == 201
        lue = creee.json()
        assert (lue["etat"], lue["champs"]["titre"], lue["manques"]) == (
            "brouillon",
            "Un budget participatif",
            ["Écrivez un résumé de deux ou trois phrases."],
        )
        refus = programme.poster(f"{MES}/{lue['id']}/etat", {"vers": "publier"})
        assert (refus.status_code, "résumé" in refus.json()["detail"]) == (422, True)
        corrigee = programme.corriger(lue["id"], {"numero_version": 1, "resume": "Les habitants votent."}).json()
        assert (corrigee["numero_version"], corrigee["services"]) == (2, ["A1.4"])
        publiee = programme.poster(f"{MES}/{lue['id']}/etat", {"vers": "publier"}).json()
        assert publiee["etat"] == "publiee"
        assert programme.client.get(f"/api/v1/fiches/{lue['id']}").json()["titre"] == "Un budget participatif"
        fiche = Action.objects.get()
        assert (fiche.collectivite, fiche.auteur) == (bassens, referente)

    def test_every_field_comes_and_goes(self, programme: Programme) -> None:
        envoye = {
            "titre": "Atelier",
            "resume": "Chaque jeudi.",
            "stade": "experimentation",
            "publics_vises": ["jeunes", "aines"],
            "date_debut": "2026-01-15",
            "indicateur_libelle": "participants",
            "indicateur_valeur": 412.5,
            "cout": "moins_5k",
            "latitude": 44.90123,
            "longitude": -0.51,
            "est_libre": True,
        }
        lue = programme.poster(MES, envoye).json()
        champs = lue["champs"]
        assert {nom: champs[nom] for nom in ("stade", "publics_vises", "date_debut", "est_libre")} == {
            "stade": "experimentation",
            "publics_vises": ["jeunes", "aines"],
            "date_debut": "2026-01-15",
            "est_libre": True,
        }
        assert [float(champs[n]) for n in ("indicateur_valeur", "latitude", "longitude")] == [412.5, 44.90123, -0.51]
        videe = programme.corriger(lue["id"], {"numero_version": 1, "est_libre": False, "date_debut": None}).json()
        assert (videe["champs"]["est_libre"], videe["champs"]["date_debut"]) == (False, None)
        assert videe["champs"]["stade"] == "experimentation"

    def test_a_stale_version_is_a_conflict_and_changes_nothing(
        self, programme: Programme, bassens: Collectivite
    ) -> None:
        fiche = atlaas.fiche(bassens)
        assert programme.corriger(fiche.pk, {"numero_version": fiche.version, "titre": "Un"}).status_code == 200
        conflit = programme.corriger(fiche.pk, {"numero_version": fiche.version, "titre": "Deux"})
        assert (conflit.status_code, "version 2" in conflit.json()["detail"]) == (409, True)
        fiche.refresh_from_db()
        assert fiche.titre == "Un"

    @pytest.mark.parametrize(
        ("corps", "champ"),
        [
            ({"titre": "x" * 121}, "titre"),
            ({"stade": "fini"}, "stade"),
            ({"date_debut": "2026-02-01", "date_fin": "2026-01-01"}, "date_fin"),
            ({"services": ["Z9.9"]}, "services"),
            ({"lien": "javascript:alert(1)"}, "lien"),
            ({"latitude": 44.9}, "longitude"),
            ({"auteur": 1}, "auteur"),
            ({"etat": "publiee"}, "etat"),
            ({"titre": ["x"]}, "titre"),
            ({"indicateur_valeur": 1e300, "indicateur_libelle": "x"}, "indicateur_valeur"),
        ],
    )
    def test_the_rules_of_the_form_hold(self, corps: dict[str, Any], champ: str, programme: Programme) -> None:
        reponse = programme.poster(MES, corps)
        assert (reponse.status_code, reponse["Content-Type"]) == (422, "application/problem+json")
        assert list(reponse.json()["erreurs"]) == [champ]
        assert not Action.objects.exists()

    def test_a_published_fiche_stays_complete(self, programme: Programme, bassens: Collectivite) -> None:
        fiche = atlaas.fiche(bassens)
        reponse = programme.corriger(fiche.pk, {"numero_version": fiche.version, "titre": ""})
        assert (reponse.status_code, "titre" in reponse.json()["detail"]) == (422, True)

    @pytest.mark.parametrize("corps", ["{", "[]", '"x"', '{"titre": "\\ud800"}', "[" * 5000, ""])
    def test_what_is_no_json_object_is_said(self, corps: str, programme: Programme) -> None:
        assert programme.poster(MES, corps).status_code in {400, 422}

    def test_another_town_s_fiche_is_not_found(self, programme: Programme, bram: Collectivite) -> None:
        fiche = atlaas.fiche(bram)
        assert programme.lire(f"{MES}/{fiche.pk}").status_code == 404
        assert programme.corriger(fiche.pk, {"numero_version": 1, "titre": "Pris"}).status_code == 404
        assert programme.poster(f"{MES}/{fiche.pk}/etat", {"vers": "archiver"}).status_code == 404
        assert programme.lire().json()["resultats"] == []
        fiche.refresh_from_db()
        assert fiche.etat == EtatAction.PUBLIEE

    def test_what_the_state_forbids_is_said(self, programme: Programme, bassens: Collectivite) -> None:
        fiche = atlaas.fiche(bassens)
        reponse = programme.poster(f"{MES}/{fiche.pk}/etat", {"vers": "publier"})
        assert (reponse.status_code, "publiée" in reponse.json()["detail"]) == (422, True)
        programme.poster(f"{MES}/{fiche.pk}/etat", {"vers": "archiver"})
        refus = programme.corriger(fiche.pk, {"numero_version": fiche.version, "titre": "x"})
        assert (refus.status_code, "archivée" in refus.json()["detail"]) == (403, True)

    def test_the_journals_say_who_answers_and_by_what(self, bassens: Collectivite, referente: Utilisateur) -> None:
        cle, secret = jeton(bassens, referente)
        pk = Programme(secret).poster(MES, {"titre": "Atelier"}).json()["id"]
        assert Evenement.objects.de(Action.objects.get(pk=pk)).get().par == referente
        dernier = Evenement.objects.de(cle).recents()[0]
        assert (dernier.verbe, dernier.donnees) == ("créer une fiche", {"fiche": pk})
        cle.refresh_from_db()
        assert cle.derniere_ecriture_le is not None

    @pytest.mark.parametrize("nb", [1, 3])
    def test_the_list_costs_the_same(
        self, nb: int, programme: Programme, bassens: Collectivite, django_assert_num_queries: Any
    ) -> None:
        for rang in range(nb):
            atlaas.fiche(bassens, publiee=bool(rang))
        with django_assert_num_queries(4):  # the token, its person's roles, the fiches, their services
            assert len(programme.lire().json()["resultats"]) == nb


class TestDroits:
    @pytest.mark.parametrize(
        ("portee", "attendus"),
        [(Portee.LIRE, (200, 403, 403)), (Portee.ECRIRE, (403, 201, 403)), (Portee.PUBLIER, (403, 403, 200))],
    )
    def test_a_scope_opens_its_own_door(
        self, portee: Portee, attendus: tuple[int, ...], bassens: Collectivite, referente: Utilisateur
    ) -> None:
        fiche = atlaas.fiche(bassens)
        programme = Programme(jeton(bassens, referente, portee)[1])
        reponses = (
            programme.lire(),
            programme.poster(MES, {"titre": "Atelier"}),
            programme.poster(f"{MES}/{fiche.pk}/etat", {"vers": "reprendre"}),
        )
        assert tuple(r.status_code for r in reponses) == attendus
        assert all("ne permet pas" in r.json()["detail"] for r in reponses if r.status_code == 403)

    def test_no_token_a_wrong_one_an_expired_one_a_revoked_one(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        cle, secret = jeton(bassens, referente)
        assert Programme(secret).lire().status_code == 200
        for mauvais in ("", "vi_faux", secret + "x", cle.empreinte, "\u00e9"):
            reponse = Programme(mauvais).lire()
            assert (reponse.status_code, reponse["WWW-Authenticate"]) == (401, 'Bearer realm="Atlaas"')
        assert connecte(referente).get(MES).status_code == 401  # a session opens nothing here
        Jeton.objects.update(expire_le=timezone.now())
        assert Programme(secret).lire().status_code == 401
        Jeton.objects.update(expire_le=timezone.now() + timedelta(days=1))
        revoquee = actions.revoquer_jeton(cle, par=referente).revoque_le
        assert Programme(secret).lire().status_code == 401
        assert actions.revoquer_jeton(cle, par=referente).revoque_le == revoquee, "a second click changes nothing"

    def test_another_town_s_fiche_does_not_exist_for_a_token(
        self, bassens: Collectivite, bram: Collectivite, referente: Utilisateur
    ) -> None:
        cle, _ = jeton(bassens, referente)
        chez_soi, ailleurs = atlaas.fiche(bassens), atlaas.fiche(bram)
        for regle in (permissions.peut_modifier_par_jeton, permissions.peut_publier_par_jeton):
            assert regle(cle, chez_soi)
            assert regle(cle, ailleurs) == INCONNU

    def test_a_token_can_no_more_than_its_creator_today(
        self, programme: Programme, bassens: Collectivite, referente: Utilisateur
    ) -> None:
        Habilitation.objects.filter(utilisateur=referente).update(fin=timezone.localdate() - timedelta(days=1))
        reponse = programme.poster(MES, {"titre": "Atelier"})
        assert (reponse.status_code, "n’a plus de rôle" in reponse.json()["detail"]) == (403, True)

    def test_other_sites_cannot_write_nor_read_a_town_s_drafts(self, programme: Programme) -> None:
        assert "Access-Control-Allow-Origin" not in programme.lire()
        assert programme.client.options(MES).status_code == 405

    def test_too_many_writes_wait(self, programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("atlaas.api.views.ecriture.LIMITE.num_requests", 1)
        programme.lire()
        assert programme.lire().status_code == 429

    def test_every_function_of_the_api_declares_its_rule(self) -> None:
        for fonction in FONCTIONS:
            operation = fonction._ninja_operation
            assert fonction.regles_d_acces, fonction
            par_jeton = "public" not in fonction.regles_d_acces
            assert par_jeton == (fonction.__module__ == "atlaas.api.views.ecriture")
            assert par_jeton or operation.methods == ["GET"]


class TestJetons:
    def creer(self, client: Client, **champs: Any) -> Any:
        return client.post(JETONS, {"nom": "Agenda", "portees": ["lire", "ecrire"], "jours": "90", **champs})

    def test_the_secret_is_shown_once_and_never_kept(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte
    ) -> None:
        client = connecte(referente)
        assert "Aucun jeton" in client.get(JETONS).text
        page = self.creer(client)
        secret = page.text.split('class="secret" tabindex="0">')[1].split("<")[0]
        cle = Jeton.objects.get()
        assert "no-store" in page["Cache-Control"]
        assert (cle.portees, cle.cree_par) == (["ecrire", "lire"], referente)
        assert secret.startswith(cle.debut)
        assert secret not in client.get(JETONS).text
        assert secret not in str(list(Jeton.objects.values())) + str(list(Evenement.objects.values()))
        ground.version_publiee()
        assert Programme(secret).lire().status_code == 200

    def test_it_is_revoked_at_once(self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte) -> None:
        cle, secret = jeton(bassens, referente)
        client = connecte(referente)
        assert "révoqué" in client.post(f"{JETONS}{cle.pk}/revoquer/", follow=True).text
        assert client.post(f"{JETONS}{cle.pk}/revoquer/").status_code == 403
        assert Programme(secret).lire().status_code == 401
        assert [e.verbe for e in Evenement.objects.de(cle).order_by("pk")] == ["créer", "révoquer"]

    @pytest.mark.parametrize(
        ("nom", "statut"),
        [("redactrice", 403), ("lectrice", 403), ("chargee_de_mission", 403), ("voisine", 404), ("sans_role", 404)],
    )
    def test_the_referent_alone_gives_keys(
        self,
        nom: str,
        statut: int,
        bassens: Collectivite,
        referente: Utilisateur,
        connecte: Connecte,
        request: pytest.FixtureRequest,
    ) -> None:
        cle, _ = jeton(bassens, referente)
        client = connecte(request.getfixturevalue(nom))
        codes = client.get(JETONS), self.creer(client), client.post(f"{JETONS}{cle.pk}/revoquer/")
        assert {r.status_code for r in codes} == {statut}
        assert Jeton.objects.valables().count() == 1

    def test_anonymous_is_sent_to_sign_in(self, bassens: Collectivite, client: Client) -> None:
        assert client.get(JETONS).status_code == 302

    @pytest.mark.parametrize("champs", [{"nom": ""}, {"portees": []}, {"portees": ["tout"]}, {"jours": "9999"}])
    def test_a_wrong_form_creates_nothing(
        self, champs: dict[str, Any], referente: Utilisateur, connecte: Connecte
    ) -> None:
        assert self.creer(connecte(referente), **champs).status_code == 422
        assert not Jeton.objects.exists()

    def test_ten_at_most(
        self, bassens: Collectivite, referente: Utilisateur, connecte: Connecte, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "NB_MAX", 1)
        client = connecte(referente)
        assert self.creer(client).status_code == 200
        refus = self.creer(client)
        assert (refus.status_code, "révoquez-en un" in refus.text) == (422, True)
