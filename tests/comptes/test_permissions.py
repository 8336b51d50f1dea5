from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes import permissions as p
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.socle.verdict import INCONNU
from villes_internet.territoires.models import Collectivite, TypeCollectivite


def demande(personne: Utilisateur, collectivite: Collectivite, role: Role = Role.CONTRIBUTEUR) -> Habilitation:
    return Habilitation.objects.create(utilisateur=personne, collectivite=collectivite, role=role)


def habilitation(personne: Utilisateur) -> Habilitation:
    return personne.habilitations.get()


# Reading roles


def test_roles_are_read_once_a_request(
    referente: Utilisateur, bassens: Collectivite, bram: Collectivite, django_assert_num_queries
) -> None:
    with django_assert_num_queries(1):
        assert p.roles_de(referente, bassens) == {Role.REFERENT}
        assert p.roles_de(referente, bassens.pk) == {Role.REFERENT}
        assert p.roles_de(referente, bram) == frozenset()
        assert p.roles_nationaux(referente) == frozenset()
        assert p.collectivites_de(referente) == [bassens.pk]


def test_the_anonymous_visitor_has_no_role(bassens: Collectivite, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert p.roles_de(AnonymousUser(), bassens) == frozenset()
        assert not p.est_association(AnonymousUser())


@pytest.mark.parametrize(("debut", "fin"), [(1, None), (None, -1)])
def test_a_role_counts_only_within_its_dates(
    debut: int | None, fin: int | None, referente: Utilisateur, bassens: Collectivite
) -> None:
    jour = date.today()  # noqa: DTZ011
    referente.habilitations.update(debut=debut and jour + timedelta(days=debut), fin=fin and jour + timedelta(days=fin))
    assert p.roles_de(referente, bassens) == frozenset()
    assert not Habilitation.objects.actives().filter(utilisateur=referente).exists(), "the rule that the SQL repeats"
    assert Habilitation.objects.actives(jour + timedelta(days=5 if debut else -5)).exists()


@pytest.mark.parametrize("etat", set(EtatHabilitation) - {EtatHabilitation.ACCEPTEE})
def test_only_an_accepted_role_counts(etat: str, referente: Utilisateur, bassens: Collectivite) -> None:
    referente.habilitations.update(etat=etat)
    assert not p.roles_de(referente, bassens)


def test_national_roles(
    chargee_de_mission: Utilisateur,
    administratrice: Utilisateur,
    utilisateur_jure: Utilisateur,
    presidente_du_jury: Utilisateur,
) -> None:
    assert [
        p.est_association(u) for u in (chargee_de_mission, administratrice, utilisateur_jure, presidente_du_jury)
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert p.est_administrateur(administratrice)
    assert not p.est_administrateur(chargee_de_mission)
    assert all(map(p.doit_avoir_second_facteur, (chargee_de_mission, administratrice, utilisateur_jure)))


def test_an_agent_needs_no_second_factor(referente: Utilisateur) -> None:
    assert not p.doit_avoir_second_facteur(referente)


def test_a_page_of_the_panel_is_open_by_role(utilisateur_jure: Utilisateur) -> None:
    assert p.a_un_role_national(utilisateur_jure, frozenset({Role.JURE}))
    assert not p.a_un_role_national(utilisateur_jure, p.ASSOCIATION)
    assert not p.a_un_role_national(utilisateur_jure, frozenset())


# Requests


def test_anyone_may_ask_for_a_commune(sans_role: Utilisateur, bassens: Collectivite) -> None:
    assert p.peut_demander_rattachement(sans_role, bassens)


def test_a_part_of_a_commune_cannot_be_asked_for(sans_role: Utilisateur, db: None) -> None:
    partie = ground.collectivite("Annecy-le-Vieux", "74011", type=TypeCollectivite.COMMUNE_DELEGUEE)
    assert "Seules les communes" in p.peut_demander_rattachement(sans_role, partie).motif


def test_a_member_does_not_ask_again(lectrice: Utilisateur, bassens: Collectivite) -> None:
    assert "déjà partie" in p.peut_demander_rattachement(lectrice, bassens).motif


def test_one_request_at_a_time_for_a_collectivite(sans_role: Utilisateur, bassens: Collectivite) -> None:
    demande(sans_role, bassens)
    assert "déjà demandé" in p.peut_demander_rattachement(sans_role, bassens).motif


def test_five_requests_at_most(sans_role: Utilisateur, bassens: Collectivite) -> None:
    for _ in range(p.MAX_DEMANDES):
        demande(sans_role, ground.collectivite())
    assert "5 demandes" in p.peut_demander_rattachement(sans_role, bassens).motif


def test_a_request_is_seen_by_its_author_alone(
    sans_role: Utilisateur, voisine: Utilisateur, bassens: Collectivite
) -> None:
    une = demande(sans_role, bassens)
    assert p.peut_voir_demande(sans_role, une)
    assert p.peut_voir_demande(voisine, une) == INCONNU
    assert p.peut_retirer_demande(sans_role, une)
    assert p.peut_retirer_demande(voisine, une) == INCONNU
    une.etat = EtatHabilitation.ACCEPTEE
    assert "déjà acceptée" in p.peut_retirer_demande(sans_role, une).motif


def test_who_answers_a_request(
    sans_role: Utilisateur,
    referente: Utilisateur,
    redactrice: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    utilisateur_jure: Utilisateur,
    bassens: Collectivite,
) -> None:
    une = demande(sans_role, bassens)
    assert p.peut_decider_habilitation(referente, une)
    assert p.peut_decider_habilitation(chargee_de_mission, une)
    assert "référent label" in p.peut_decider_habilitation(redactrice, une).motif
    assert p.peut_decider_habilitation(voisine, une) == INCONNU
    assert p.peut_decider_habilitation(utilisateur_jure, une) == INCONNU
    assert "Une autre personne" in p.peut_decider_habilitation(sans_role, une).motif
    une.etat = EtatHabilitation.REFUSEE
    assert "refusée" in p.peut_decider_habilitation(referente, une).motif


def test_a_national_role_is_never_a_request(administratrice: Utilisateur, utilisateur_jure: Utilisateur) -> None:
    assert p.peut_decider_habilitation(administratrice, habilitation(utilisateur_jure)) == INCONNU


# Team


def test_who_sees_and_manages_the_team(
    referente: Utilisateur,
    lectrice: Utilisateur,
    signataire: Utilisateur,
    voisine: Utilisateur,
    chargee_de_mission: Utilisateur,
    utilisateur_jure: Utilisateur,
    bassens: Collectivite,
) -> None:
    assert all(p.peut_voir_equipe(u, bassens) for u in (referente, lectrice, signataire, chargee_de_mission))
    assert p.peut_voir_equipe(voisine, bassens) == p.peut_voir_equipe(utilisateur_jure, bassens) == INCONNU
    assert p.peut_gerer_equipe(referente, bassens)
    assert p.peut_gerer_equipe(chargee_de_mission, bassens)
    assert "Seul le référent" in p.peut_gerer_equipe(signataire, bassens).motif
    assert p.peut_gerer_equipe(voisine, bassens) == INCONNU
    assert p.a_un_referent(bassens)


def test_who_invites(
    referente: Utilisateur, lectrice: Utilisateur, chargee_de_mission: Utilisateur, administratrice: Utilisateur,
    bassens: Collectivite,
) -> None:  # fmt: skip
    assert p.peut_inviter(referente, bassens)
    assert not p.peut_inviter(lectrice, bassens)
    assert p.peut_inviter(administratrice, None)
    assert "administrateur" in p.peut_inviter(chargee_de_mission, None).motif
    une = Invitation(courriel="x@exemple.fr", collectivite=bassens, role=Role.LECTEUR, expire_le=timezone.now())
    assert p.peut_annuler_invitation(referente, une)
    assert not p.peut_annuler_invitation(lectrice, une)


def test_the_last_referent_stays(
    referente: Utilisateur, chargee_de_mission: Utilisateur, bassens: Collectivite
) -> None:
    seule = habilitation(referente)
    assert "dernier référent" in p.peut_changer_role(chargee_de_mission, seule).motif
    assert "dernière personne" in p.peut_revoquer(referente, seule).motif
    ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    assert p.peut_changer_role(chargee_de_mission, seule)
    assert p.peut_revoquer(referente, seule)


def test_the_last_administrateur_stays(administratrice: Utilisateur, utilisateur_jure: Utilisateur) -> None:
    assert "dernière personne" in p.peut_revoquer(administratrice, habilitation(administratrice)).motif
    ground.habiliter(ground.utilisateur("Berthe"), Role.ADMINISTRATEUR)
    assert p.peut_revoquer(administratrice, habilitation(administratrice))
    assert p.peut_revoquer(administratrice, habilitation(utilisateur_jure))
    assert "administrateur" in p.peut_changer_role(utilisateur_jure, habilitation(administratrice)).motif


def test_a_member_may_leave_and_a_stranger_may_nothing(
    lectrice: Utilisateur, redactrice: Utilisateur, voisine: Utilisateur
) -> None:
    sienne = habilitation(lectrice)
    assert p.peut_revoquer(lectrice, sienne)
    assert not p.peut_revoquer(redactrice, sienne)
    assert p.peut_revoquer(voisine, sienne) == INCONNU


@pytest.mark.parametrize("etat", [EtatHabilitation.DEMANDEE, EtatHabilitation.REVOQUEE])
def test_only_a_held_role_is_changed(etat: str, referente: Utilisateur, lectrice: Utilisateur) -> None:
    sienne = habilitation(lectrice)
    sienne.etat = etat
    assert "rien à changer" in p.peut_changer_role(referente, sienne).motif
    assert "déjà" in p.peut_revoquer(lectrice, sienne).motif


# What a refusal says


def test_for_want_of_a_role_the_people_of_the_town_are_told_who_gives_it(
    lectrice: Utilisateur, referente: Utilisateur, chargee_de_mission: Utilisateur, bassens: Collectivite
) -> None:
    refusee = p.refus_local(lectrice, bassens, "Non.", "/equipe/")
    assert (refusee.motif, refusee.lien, refusee.recours) == ("Non.", "/equipe/", p.RECOURS_LOCAL)
    assert p.peut_gerer_equipe(lectrice, bassens).recours == p.RECOURS_LOCAL
    for personne in (referente, chargee_de_mission):
        assert p.refus_local(personne, bassens, "Non.").recours == ""


def test_national_roles_are_given_by_an_administrateur(chargee_de_mission: Utilisateur) -> None:
    assert p.peut_nommer_national(chargee_de_mission).recours == p.RECOURS_NATIONAL
    assert p.a_un_role_national(chargee_de_mission, frozenset()).recours == p.RECOURS_NATIONAL


def test_a_refusal_that_no_role_lifts_names_none(
    lectrice: Utilisateur, referente: Utilisateur, bassens: Collectivite
) -> None:
    assert p.peut_demander_rattachement(lectrice, bassens).recours == ""
    assert p.peut_revoquer(referente, habilitation(referente)).recours == ""
