import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import ground
from villes_internet.comptes import actions
from villes_internet.comptes.actions import ActionRefusee
from villes_internet.comptes.etats import EtatHabilitation
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import roles_de, roles_nationaux
from villes_internet.socle.models import Courriel, Evenement
from villes_internet.socle.transitions import TransitionRefusee
from villes_internet.territoires.models import Collectivite

A = timezone.now()


def demander(personne: Utilisateur, collectivite: Collectivite, role: Role = Role.REFERENT) -> Habilitation:
    return actions.demander_rattachement(
        collectivite, role=role, fonction="Directrice", message="Bonjour", site="https://ville.fr", par=personne
    )


def inviter(
    par: Utilisateur, collectivite: Collectivite | None, courriel: str, role: Role = Role.LECTEUR
) -> Invitation:
    return actions.inviter(courriel, role=role, collectivite=collectivite, par=par, a=A)


def verbes(objet: object) -> list[str]:
    return list(Evenement.objects.de(objet).order_by("pk").values_list("verbe", flat=True))  # type: ignore[arg-type]


def destinataires() -> set[str]:
    return {adresse for courriel in Courriel.objects.all() for adresse in courriel.a}


# Requests


def test_a_first_request_goes_to_the_association(
    sans_role: Utilisateur, bassens: Collectivite, chargee_de_mission: Utilisateur, administratrice: Utilisateur,
    utilisateur_jure: Utilisateur,
) -> None:  # fmt: skip
    une = demander(sans_role, bassens)
    assert une.etat == EtatHabilitation.DEMANDEE
    assert destinataires() == {chargee_de_mission.email, administratrice.email}
    assert f"/admin/comptes/habilitation/{une.pk}/" in Courriel.objects.first().texte  # type: ignore[union-attr]
    assert verbes(une) == ["demander le rattachement"]


def test_a_later_request_goes_to_the_referente(
    sans_role: Utilisateur, bassens: Collectivite, referente: Utilisateur, chargee_de_mission: Utilisateur
) -> None:
    demander(sans_role, bassens, Role.LECTEUR)
    assert destinataires() == {referente.email}
    assert "/espace/33032/equipe/" in Courriel.objects.get().texte


def test_a_second_press_makes_no_second_request(sans_role: Utilisateur, bassens: Collectivite) -> None:
    demander(sans_role, bassens)
    with pytest.raises(ActionRefusee, match="déjà demandé"):
        demander(sans_role, bassens, Role.LECTEUR)
    assert Habilitation.objects.count() == 1


def test_accepting_gives_the_role_and_tells_the_person(
    sans_role: Utilisateur, bassens: Collectivite, chargee_de_mission: Utilisateur
) -> None:
    une = demander(sans_role, bassens)
    actions.accepter(une, par=chargee_de_mission, a=A)
    une.refresh_from_db()
    assert (une.etat, une.decidee_par, une.decidee_le) == (EtatHabilitation.ACCEPTEE, chargee_de_mission, A)
    assert roles_de(sans_role, bassens) == {Role.REFERENT}
    assert not sans_role.is_staff
    dernier = Courriel.objects.latest("pk")
    assert dernier.a == [sans_role.email]
    assert dernier.sujet == "Vous faites partie de l’équipe de Bassens"


def test_the_decider_may_give_another_role(
    sans_role: Utilisateur, bassens: Collectivite, referente: Utilisateur
) -> None:
    une = actions.accepter(demander(sans_role, bassens), par=referente, a=A, role=Role.LECTEUR)
    assert roles_de(sans_role, bassens) == {Role.LECTEUR}
    assert Evenement.objects.de(une).latest("pk").donnees == {"role": "lecteur"}


def test_two_referents_who_decide_at_once(
    sans_role: Utilisateur, bassens: Collectivite, referente: Utilisateur
) -> None:
    une = demander(sans_role, bassens)
    ouverte_ailleurs = Habilitation.objects.get(pk=une.pk)
    actions.accepter(une, par=referente, a=A)
    with pytest.raises(TransitionRefusee, match="acceptée"):
        actions.refuser(ouverte_ailleurs, motif="Non", par=ground.utilisateur("Berthe"), a=A)
    une.refresh_from_db()
    assert une.decidee_par == referente


def test_refusing_needs_a_motive_which_is_sent(
    sans_role: Utilisateur, bassens: Collectivite, referente: Utilisateur
) -> None:
    une = demander(sans_role, bassens)
    with pytest.raises(TransitionRefusee, match="motif"):
        actions.refuser(une, motif="  ", par=referente, a=A)
    actions.refuser(une, motif="Écrivez depuis votre adresse de mairie.", par=referente, a=A)
    assert "Écrivez depuis votre adresse de mairie." in Courriel.objects.latest("pk").texte
    assert demander(sans_role, bassens).pk != une.pk


def test_a_request_is_withdrawn(sans_role: Utilisateur, bassens: Collectivite) -> None:
    une = actions.retirer(demander(sans_role, bassens), par=sans_role, a=A)
    assert une.etat == EtatHabilitation.RETIREE


# Team


def test_a_role_ends_and_the_person_is_told_why(
    referente: Utilisateur, lectrice: Utilisateur, bassens: Collectivite
) -> None:
    actions.revoquer(lectrice.habilitations.get(), par=referente, a=A, motif="A changé de service")
    assert not roles_de(lectrice, bassens)
    assert "A changé de service" in Courriel.objects.get(a=[lectrice.email]).texte


def test_leaving_oneself_sends_no_message(lectrice: Utilisateur) -> None:
    actions.revoquer(lectrice.habilitations.get(), par=lectrice, a=A)
    assert not Courriel.objects.exists()


def test_the_last_referent_cannot_be_removed_even_when_the_page_offered_it(
    referente: Utilisateur, bassens: Collectivite, chargee_de_mission: Utilisateur
) -> None:
    autre = ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    une, deux = referente.habilitations.get(), autre.habilitations.get()
    actions.revoquer(une, par=autre, a=A)
    with pytest.raises(ActionRefusee, match="dernier"):
        actions.revoquer(deux, par=chargee_de_mission, a=A)
    with pytest.raises(ActionRefusee, match="dernier"):
        actions.changer_role(deux, role=Role.LECTEUR, par=chargee_de_mission, a=A)
    deux.refresh_from_db()
    assert deux.etat == EtatHabilitation.ACCEPTEE


def test_changing_a_role_keeps_its_history(
    referente: Utilisateur, lectrice: Utilisateur, bassens: Collectivite
) -> None:
    ancienne = lectrice.habilitations.get()
    nouvelle = actions.changer_role(ancienne, role=Role.CONTRIBUTEUR, par=referente, a=A)
    ancienne.refresh_from_db()
    assert (ancienne.etat, nouvelle.etat) == (EtatHabilitation.REVOQUEE, EtatHabilitation.ACCEPTEE)
    assert roles_de(lectrice, bassens) == {Role.CONTRIBUTEUR}
    assert Courriel.objects.get().a == [lectrice.email]


def test_the_same_role_changes_nothing(referente: Utilisateur, lectrice: Utilisateur) -> None:
    sienne = lectrice.habilitations.get()
    assert actions.changer_role(sienne, role=Role.LECTEUR, par=referente, a=A) == sienne
    assert not Evenement.objects.exists()


# National roles


def test_naming_opens_the_door_of_the_panel_and_the_last_role_closes_it(
    sans_role: Utilisateur, administratrice: Utilisateur
) -> None:
    jure = actions.nommer_national(sans_role, Role.JURE, par=administratrice, a=A)
    presidence = actions.nommer_national(sans_role, Role.PRESIDENCE_JURY, par=administratrice, a=A)
    assert sans_role.is_staff
    actions.revoquer(jure, par=administratrice, a=A)
    sans_role.refresh_from_db()
    assert sans_role.is_staff
    actions.revoquer(presidence, par=administratrice, a=A)
    sans_role.refresh_from_db()
    assert not sans_role.is_staff
    assert verbes(jure) == ["accepter la demande", "révoquer"]


def test_a_national_role_is_given_once(utilisateur_jure: Utilisateur, administratrice: Utilisateur) -> None:
    with pytest.raises(ActionRefusee, match="a déjà le rôle"):
        actions.nommer_national(utilisateur_jure, Role.JURE, par=administratrice, a=A)


def test_a_local_role_is_not_national(sans_role: Utilisateur) -> None:
    with pytest.raises(ActionRefusee, match="collectivité"):
        actions.nommer_national(sans_role, Role.REFERENT, par=None, a=A)


def test_the_last_administrateur_stays(administratrice: Utilisateur, presidente_du_jury: Utilisateur) -> None:
    with pytest.raises(ActionRefusee, match="dernier"):
        actions.revoquer(administratrice.habilitations.get(), par=administratrice, a=A)


def test_the_first_administrateur_comes_from_the_command_line(db: None) -> None:
    premiere = Utilisateur.objects.create_superuser("premiere@exemple.fr", ground.MOT_DE_PASSE)
    assert roles_nationaux(premiere) == {Role.ADMINISTRATEUR}
    assert not premiere.is_superuser


# Invitations


def test_an_invitation_keeps_only_a_digest_of_its_token(referente: Utilisateur, bassens: Collectivite) -> None:
    une = inviter(referente, bassens, " Nouvelle@Ville.FR ")
    message = Courriel.objects.get()
    trouve = re.search(r"/invitation/(\S+)/", message.texte)
    assert trouve
    jeton = trouve[1]
    assert une.empreinte_jeton == actions.empreinte(jeton)
    assert jeton not in str(Invitation.objects.values().get())
    assert une.courriel == "nouvelle@ville.fr"
    assert message.a == ["nouvelle@ville.fr"]
    assert une.expire_le == A + timedelta(days=14)


def test_an_invitation_gives_its_role_once(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    une = inviter(referente, bassens, sans_role.email, Role.CONTRIBUTEUR)
    donnee = actions.accepter_invitation(une, par=sans_role, a=A)
    assert roles_de(sans_role, bassens) == {Role.CONTRIBUTEUR}
    assert donnee.decidee_par == referente
    with pytest.raises(ActionRefusee, match="déjà servi"):
        actions.accepter_invitation(une, par=sans_role, a=A)
    assert Habilitation.objects.filter(utilisateur=sans_role).count() == 1


def test_an_invitation_to_the_jury(administratrice: Utilisateur, sans_role: Utilisateur) -> None:
    actions.accepter_invitation(inviter(administratrice, None, sans_role.email, Role.JURE), par=sans_role, a=A)
    sans_role.refresh_from_db()
    assert roles_nationaux(sans_role) == {Role.JURE}
    assert sans_role.is_staff


def test_an_expired_invitation(referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur) -> None:
    une = inviter(referente, bassens, sans_role.email)
    with pytest.raises(ActionRefusee, match="expiré"):
        actions.accepter_invitation(une, par=sans_role, a=une.expire_le)


def test_a_revoked_invitation(referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur) -> None:
    une = actions.annuler_invitation(inviter(referente, bassens, sans_role.email), par=referente, a=A)
    actions.annuler_invitation(une, par=referente, a=A)
    assert verbes(une) == ["inviter", "annuler l’invitation"]
    with pytest.raises(ActionRefusee, match="annulée"):
        actions.accepter_invitation(une, par=sans_role, a=A)


def test_an_accepted_invitation_cannot_be_revoked(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    une = inviter(referente, bassens, sans_role.email)
    actions.accepter_invitation(une, par=sans_role, a=A)
    with pytest.raises(ActionRefusee, match="vient d’être acceptée"):
        actions.annuler_invitation(une, par=referente, a=A)


def test_the_wrong_account(referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur) -> None:
    une = inviter(referente, bassens, "autre@ville.fr")
    with pytest.raises(ActionRefusee, match=r"envoyée à autre@ville\.fr"):
        actions.accepter_invitation(une, par=sans_role, a=A)


def test_an_unverified_address_proves_nothing(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    sans_role.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]
    with pytest.raises(ActionRefusee, match="envoyée à"):
        actions.accepter_invitation(inviter(referente, bassens, sans_role.email), par=sans_role, a=A)


def test_a_member_needs_no_invitation(referente: Utilisateur, lectrice: Utilisateur, bassens: Collectivite) -> None:
    with pytest.raises(ActionRefusee, match="déjà partie"):
        inviter(referente, bassens, lectrice.email)


def test_someone_who_became_a_member_meanwhile(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    une = inviter(referente, bassens, sans_role.email)
    ground.habiliter(sans_role, Role.LECTEUR, bassens)
    with pytest.raises(ActionRefusee, match="déjà partie"):
        actions.accepter_invitation(une, par=sans_role, a=A)


def test_someone_named_meanwhile(administratrice: Utilisateur, sans_role: Utilisateur) -> None:
    une = inviter(administratrice, None, sans_role.email, Role.JURE)
    actions.nommer_national(sans_role, Role.JURE, par=administratrice, a=A)
    with pytest.raises(ActionRefusee, match="déjà ce rôle"):
        actions.accepter_invitation(une, par=sans_role, a=A)
    with pytest.raises(ActionRefusee, match="déjà partie"):
        inviter(administratrice, None, sans_role.email, Role.JURE)


def test_a_newer_invitation_replaces_the_older(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    ancienne, nouvelle = inviter(referente, bassens, sans_role.email), inviter(referente, bassens, sans_role.email)
    with pytest.raises(ActionRefusee, match="plus récente"):
        actions.accepter_invitation(ancienne, par=sans_role, a=A)
    assert actions.accepter_invitation(nouvelle, par=sans_role, a=A)


def test_accepting_answers_the_request_that_waited(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    attente = demander(sans_role, bassens, Role.LECTEUR)
    actions.accepter_invitation(inviter(referente, bassens, sans_role.email), par=sans_role, a=A)
    attente.refresh_from_db()
    assert attente.etat == EtatHabilitation.RETIREE


def test_the_invitations_of_someone_who_leaves_end_with_her_role(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    une = inviter(referente, bassens, sans_role.email)
    actions.revoquer(referente.habilitations.get(), par=referente, a=A)
    with pytest.raises(ActionRefusee, match="annulée"):
        actions.accepter_invitation(une, par=sans_role, a=A)


def test_the_invitations_of_an_administrateur_who_keeps_the_right_stay(
    administratrice: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    jure = actions.nommer_national(administratrice, Role.JURE, par=None, a=A)
    une = inviter(administratrice, None, sans_role.email, Role.JURE)
    actions.revoquer(jure, par=administratrice, a=A)
    assert actions.accepter_invitation(une, par=sans_role, a=A)


def test_an_invitation_of_someone_demoted_is_void(
    referente: Utilisateur, bassens: Collectivite, sans_role: Utilisateur
) -> None:
    ground.habiliter(ground.utilisateur("Berthe"), Role.REFERENT, bassens)
    une = inviter(referente, bassens, sans_role.email)
    actions.changer_role(referente.habilitations.get(), role=Role.LECTEUR, par=referente, a=A)
    with pytest.raises(ActionRefusee, match="ne gère plus"):
        actions.accepter_invitation(une, par=sans_role, a=A)


def test_what_stands_in_the_way_of_a_visitor(referente: Utilisateur, bassens: Collectivite) -> None:
    assert actions.obstacle(inviter(referente, bassens, "x@ville.fr"), None, A) == ""
