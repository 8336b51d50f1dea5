"""The last day of a role, and the closing of an account."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes import actions
from villes_internet.comptes import permissions as p
from villes_internet.comptes.actions import ActionRefusee
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import roles_de, roles_nationaux
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.territoires.models import Collectivite

Connecte = Callable[[Utilisateur], Client]
EQUIPE = "/espace/33032/equipe/"


def jours(nombre: int) -> date:
    return timezone.localdate() + timedelta(days=nombre)


def sienne(personne: Utilisateur) -> Habilitation:
    return personne.habilitations.select_related("utilisateur", "collectivite").get()


def echoir(personne: Utilisateur) -> Habilitation:
    """Her role ended yesterday."""
    personne.habilitations.update(fin=jours(-1))
    personne.__dict__.pop("_roles", None)
    return sienne(personne)


def fin_de(personne: Utilisateur, geste: str = "fin") -> str:
    return reverse(f"comptes:{geste}", args=["33032", sienne(personne).pk])


# The last day: the action


def test_a_last_day_is_journalled_told_and_can_be_taken_back(
    referente: Utilisateur, signataire: Utilisateur, bassens: Collectivite
) -> None:
    habilitation = sienne(signataire)
    actions.fixer_la_fin(habilitation, jours(10), par=referente)
    habilitation.refresh_from_db()
    assert habilitation.fin == jours(10)
    assert roles_de(signataire, bassens) == {Role.SIGNATAIRE}
    assert Evenement.objects.de(habilitation).recents()[0].donnees == {"fin": jours(10).isoformat()}
    assert "prendra fin le" in Courriel.objects.get(a=[signataire.email]).sujet
    assert actions.fixer_la_fin(habilitation, jours(10), par=referente) == habilitation
    assert Courriel.objects.count() == 1
    actions.fixer_la_fin(habilitation, None, par=referente)
    assert sienne(signataire).fin is None
    assert Courriel.objects.filter(sujet__contains="n’a plus de date de fin").exists()


def test_the_role_holds_on_its_last_day_and_not_after(signataire: Utilisateur, bassens: Collectivite) -> None:
    signataire.habilitations.update(fin=jours(0))
    assert roles_de(signataire, bassens) == {Role.SIGNATAIRE}
    echoir(signataire)
    assert not roles_de(signataire, bassens)


def test_somebody_who_can_decide_stays_without_a_last_day(
    referente: Utilisateur, bassens: Collectivite, chargee_de_mission: Utilisateur
) -> None:
    with pytest.raises(ActionRefusee, match="dernier"):
        actions.fixer_la_fin(sienne(referente), jours(9), par=chargee_de_mission)
    autre = ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    actions.fixer_la_fin(sienne(autre), jours(9), par=referente)
    with pytest.raises(ActionRefusee, match="dernier"):
        actions.revoquer(sienne(referente), par=autre, a=timezone.now())
    assert "sans date de fin" in p.peut_fixer_la_fin(chargee_de_mission, sienne(referente)).motif
    actions.revoquer(sienne(autre), par=referente, a=timezone.now())


def test_the_last_one_may_only_lose_her_last_day(referente: Utilisateur, chargee_de_mission: Utilisateur) -> None:
    referente.habilitations.update(fin=jours(3))
    assert p.peut_fixer_la_fin(chargee_de_mission, sienne(referente))
    with pytest.raises(ActionRefusee, match="dernier"):
        actions.fixer_la_fin(sienne(referente), jours(30), par=chargee_de_mission)
    actions.fixer_la_fin(sienne(referente), None, par=chargee_de_mission)
    assert sienne(referente).fin is None


def test_a_role_that_ended_by_itself_is_asked_and_given_again(
    signataire: Utilisateur, referente: Utilisateur, bassens: Collectivite
) -> None:
    echue = echoir(signataire)
    demande = actions.demander_rattachement(
        bassens, role=Role.SIGNATAIRE, fonction="Maire", message="", site="", par=signataire
    )
    echue.refresh_from_db()
    assert echue.etat == EtatHabilitation.REVOQUEE
    assert Evenement.objects.de(echue).recents()[0].par is None
    actions.accepter(demande, par=referente, a=timezone.now())
    assert roles_de(signataire, bassens) == {Role.SIGNATAIRE}


def test_a_request_that_waited_is_accepted_in_a_role_that_has_ended_since(
    lectrice: Utilisateur, referente: Utilisateur, bassens: Collectivite
) -> None:
    echoir(lectrice)
    demande = Habilitation.objects.create(utilisateur=lectrice, collectivite=bassens, role=Role.CONTRIBUTEUR)
    actions.accepter(demande, par=referente, a=timezone.now(), role=Role.LECTEUR)
    assert roles_de(lectrice, bassens) == {Role.LECTEUR}


def test_a_mandate_of_juror_ends_and_is_given_again(
    utilisateur_jure: Utilisateur, administratrice: Utilisateur
) -> None:
    actions.fixer_la_fin(sienne(utilisateur_jure), jours(1), par=administratrice)
    assert "pour le label" not in Courriel.objects.get(a=[utilisateur_jure.email]).sujet
    echoir(utilisateur_jure)
    assert not roles_nationaux(utilisateur_jure)
    actions.nommer_national(utilisateur_jure, Role.JURE, par=administratrice, a=timezone.now())
    assert roles_nationaux(utilisateur_jure) == {Role.JURE}


# The last day: who may


def test_who_gives_a_last_day(
    referente: Utilisateur,
    signataire: Utilisateur,
    lectrice: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    utilisateur_jure: Utilisateur,
    administratrice: Utilisateur,
) -> None:
    du_signataire, du_jure = sienne(signataire), sienne(utilisateur_jure)
    for personne in (referente, chargee_de_mission, administratrice):
        assert p.peut_fixer_la_fin(personne, du_signataire)
    assert "Seul le référent" in p.peut_fixer_la_fin(lectrice, du_signataire).motif
    assert p.peut_fixer_la_fin(voisine, du_signataire).masque
    assert p.peut_fixer_la_fin(administratrice, du_jure)
    assert not p.peut_fixer_la_fin(chargee_de_mission, du_jure)
    du_signataire.etat = EtatHabilitation.REVOQUEE
    assert "rien à changer" in p.peut_fixer_la_fin(referente, du_signataire).motif


# The last day: the screens


def test_the_referente_gives_a_last_day_on_the_page_of_the_member(
    referente: Utilisateur, signataire: Utilisateur, redactrice: Utilisateur, voisine: Utilisateur, connecte: Connecte
) -> None:
    url, donnees = fin_de(signataire), {"fin": jours(40).isoformat()}
    assert connecte(redactrice).post(url, donnees).status_code == 403
    assert connecte(voisine).post(url, donnees).status_code == 404
    assert connecte(referente).get(url).status_code == 405
    assert Client().post(url, donnees)["Location"].startswith("/compte/login/")
    client = connecte(referente)
    assert "Fixer son dernier jour" in client.get(fin_de(signataire, "membre")).text
    page = client.post(url, donnees, follow=True).text
    assert "prendra fin le" in page
    assert "jusqu’au" in connecte(redactrice).get(EQUIPE).text
    assert f'value="{jours(40).isoformat()}"' in client.get(fin_de(signataire, "membre")).text
    assert "n’a pas de date de fin" in client.post(url, {"fin": ""}, follow=True).text


@pytest.mark.parametrize(("saisie", "phrase"), [(jours(-1).isoformat(), "Ce jour est passé"), ("demain", "une date")])
def test_a_wrong_day_is_explained_and_kept(
    saisie: str, phrase: str, referente: Utilisateur, signataire: Utilisateur, connecte: Connecte
) -> None:
    reponse = connecte(referente).post(fin_de(signataire), {"fin": saisie})
    assert reponse.status_code == 422
    assert phrase in reponse.text
    assert f'value="{saisie}"' in reponse.text
    assert sienne(signataire).fin is None


def test_the_last_referente_reads_why_she_has_no_last_day(referente: Utilisateur, connecte: Connecte) -> None:
    client = connecte(referente)
    assert "sans date de fin" in client.get(fin_de(referente, "membre")).text
    assert client.post(fin_de(referente), {"fin": jours(4).isoformat()}).status_code == 403
    referente.habilitations.update(fin=jours(3))
    reponse = client.post(fin_de(referente), {"fin": jours(4).isoformat()})
    assert reponse.status_code == 422
    assert "Nommez d’abord un autre référent label" in reponse.text


def test_the_association_gives_a_last_day_in_the_panel(
    signataire: Utilisateur,
    utilisateur_jure: Utilisateur,
    chargee_de_mission: Utilisateur,
    administratrice: Utilisateur,
    connecte: Connecte,
) -> None:
    url = reverse("admin:comptes_habilitation_change", args=[sienne(signataire).pk])
    du_jure = reverse("admin:comptes_habilitation_change", args=[sienne(utilisateur_jure).pk])
    donnees = {"decision": "fixer_la_fin", "fin": jours(2).isoformat()}
    client = connecte(chargee_de_mission)
    assert "Ce jour est passé" in client.post(url, {**donnees, "fin": "2020-01-01"}).text
    assert "prendra fin le" in client.post(url, donnees, follow=True).text
    assert "Dernier jour" in client.get(url).text
    assert client.post(du_jure, donnees).status_code == 403
    assert "prendra fin le" in connecte(administratrice).post(du_jure, donnees, follow=True).text


def test_a_role_that_ended_by_itself_is_said_so_everywhere(
    signataire: Utilisateur, referente: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    actions.fixer_la_fin(sienne(signataire), jours(3), par=referente)
    assert "jusqu’au" in connecte(signataire).get("/compte/profil/").text
    echue = echoir(signataire)
    client, association = connecte(signataire), connecte(chargee_de_mission)
    assert "Rôle terminé" in client.get("/compte/profil/").text
    assert "a pris fin le" in client.get(reverse("comptes:demande", args=[echue.pk])).text
    assert client.get(EQUIPE).status_code == 404
    assert "Simon" not in connecte(referente).get(EQUIPE).text
    assert "Terminée depuis le" in association.get(reverse("admin:comptes_habilitation_change", args=[echue.pk])).text
    assert "terminée" in association.get(reverse("admin:comptes_habilitation_changelist")).text
    assert "terminée" in association.get(fiche(signataire)).text


# Closing an account


def fiche(personne: Utilisateur) -> str:
    return reverse("admin:comptes_utilisateur_change", args=[personne.pk])


def ouvrir_une_session(personne: Utilisateur) -> Client:
    """A session opened by the sign-in page, as the account's own list of sessions knows it."""
    client = Client()
    client.post("/compte/login/", {"login": personne.email, "password": ground.MOT_DE_PASSE})
    assert client.get("/compte/profil/").status_code == 200
    return client


def test_a_closed_account_opens_nothing_any_more(
    referente: Utilisateur, bassens: Collectivite, bram: Collectivite, administratrice: Utilisateur
) -> None:
    demande = Habilitation.objects.create(utilisateur=referente, collectivite=bram, role=Role.LECTEUR)
    actions.inviter("x@v.fr", role=Role.LECTEUR, collectivite=bassens, par=referente, a=timezone.now())
    session = ouvrir_une_session(referente)
    assert UserSession.objects.filter(user=referente).exists()

    actions.desactiver_compte(referente, par=administratrice, a=timezone.now(), motif="A quitté la mairie")

    referente.refresh_from_db()
    demande.refresh_from_db()
    assert not referente.is_active
    assert not Habilitation.objects.actives().filter(utilisateur=referente).exists()
    assert demande.etat == EtatHabilitation.RETIREE
    assert Invitation.objects.get().revoquee_le is not None
    assert not UserSession.objects.filter(user=referente).exists()
    assert session.get("/compte/profil/")["Location"].startswith("/compte/login/")
    evenement = Evenement.objects.de(referente).recents()[0]
    assert (evenement.verbe, evenement.par, evenement.motif) == (
        "désactiver le compte",
        administratrice,
        "A quitté la mairie",
    )
    assert "A quitté la mairie" in Courriel.objects.get(a=[referente.email]).texte


def test_signing_in_to_a_closed_account_is_explained(referente: Utilisateur, administratrice: Utilisateur) -> None:
    actions.desactiver_compte(referente, par=administratrice, a=timezone.now(), motif="Départ")
    donnees = {"login": referente.email, "password": ground.MOT_DE_PASSE}
    assert "Ce compte est désactivé" in Client().post("/compte/login/", donnees, follow=True).text


def test_closing_needs_a_motive_and_changes_nothing_without(
    referente: Utilisateur, administratrice: Utilisateur
) -> None:
    with pytest.raises(ActionRefusee, match="motif est nécessaire"):
        actions.desactiver_compte(referente, par=administratrice, a=timezone.now(), motif=" ")
    referente.refresh_from_db()
    assert referente.is_active


def test_the_door_of_the_panel_closes_with_the_account(
    utilisateur_jure: Utilisateur, administratrice: Utilisateur
) -> None:
    ferme = actions.desactiver_compte(utilisateur_jure, par=administratrice, a=timezone.now(), motif="Fin")
    assert not ferme.is_staff


def test_an_account_is_opened_again_without_its_roles(
    referente: Utilisateur, bassens: Collectivite, administratrice: Utilisateur
) -> None:
    actions.desactiver_compte(referente, par=administratrice, a=timezone.now(), motif="Erreur")
    rouvert = actions.reactiver_compte(referente, par=administratrice)
    assert rouvert.is_active
    assert not roles_de(rouvert, bassens)
    assert Courriel.objects.filter(a=[referente.email], sujet__contains="rouvert").exists()
    assert Evenement.objects.de(referente).recents()[0].verbe == "réactiver le compte"
    assert ouvrir_une_session(rouvert)
    with pytest.raises(ActionRefusee, match="ouvert"):
        actions.reactiver_compte(referente, par=administratrice)


def test_who_closes_an_account(
    referente: Utilisateur, administratrice: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    assert p.peut_desactiver(administratrice, referente)
    assert "administrateur" in p.peut_desactiver(chargee_de_mission, referente).motif
    assert "Une autre personne" in p.peut_desactiver(administratrice, administratrice).motif
    assert "ouvert" in p.peut_reactiver(administratrice, referente).motif
    assert "administrateur" in p.peut_reactiver(chargee_de_mission, referente).motif
    referente.is_active = False
    assert "déjà désactivé" in p.peut_desactiver(administratrice, referente).motif
    assert p.peut_reactiver(administratrice, referente)


def test_the_panel_closes_and_opens_an_account(
    referente: Utilisateur, administratrice: Utilisateur, chargee_de_mission: Utilisateur, connecte: Connecte
) -> None:
    url = fiche(referente)
    association, client = connecte(chargee_de_mission), connecte(administratrice)
    assert "Seul un administrateur" in association.get(url).text
    assert association.post(url, {"decision": "desactiver", "motif": "Départ"}).status_code == 403
    assert "plus de référent label pour Bassens" in client.get(url).text.replace("\u00a0", " ")
    assert "motif est nécessaire" in client.post(url, {"decision": "desactiver", "motif": ""}, follow=True).text
    page = client.post(url, {"decision": "desactiver", "motif": "Départ"}, follow=True).text
    assert "n’ouvre plus rien" in page
    assert "Rouvrir le compte" in page
    assert "désactiver le compte" in page
    assert client.post(url, {"decision": "desactiver", "motif": "Départ"}).status_code == 403
    assert "Seul un administrateur" in association.get(url).text
    assert "est rouvert" in client.post(url, {"decision": "reactiver"}, follow=True).text


def test_nobody_closes_her_own_account_here(administratrice: Utilisateur, connecte: Connecte) -> None:
    client = connecte(administratrice)
    assert "Une autre personne doit" in client.get(fiche(administratrice)).text
    assert client.post(fiche(administratrice), {"decision": "desactiver", "motif": "Oups"}).status_code == 403


@pytest.mark.parametrize("persona", ["referente", "utilisateur_jure", "presidente_du_jury"])
def test_the_page_of_an_account_is_closed_to_others(
    persona: str, lectrice: Utilisateur, request: pytest.FixtureRequest, connecte: Connecte
) -> None:
    client = connecte(request.getfixturevalue(persona))
    for reponse in (
        client.get(fiche(lectrice)),
        client.post(fiche(lectrice), {"decision": "desactiver", "motif": "Non"}),
    ):
        assert reponse.status_code in {302, 403}
    lectrice.refresh_from_db()
    assert lectrice.is_active


@pytest.mark.parametrize("nb", [1, 3])
def test_the_page_of_an_account_costs_the_same_at_any_size(
    nb: int,
    sans_role: Utilisateur,
    administratrice: Utilisateur,
    connecte: Connecte,
    django_assert_max_num_queries: Any,
) -> None:
    for rang in range(nb):
        ground.habiliter(sans_role, Role.REFERENT, ground.collectivite(f"Commune {rang}"))
    client = connecte(administratrice)
    with django_assert_max_num_queries(10):
        page = client.get(fiche(sans_role)).text
    assert page.count("référent label, Commune") == nb
