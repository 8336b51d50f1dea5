"""What changes accounts and rights. Every change is journalled; the rules themselves are in ``permissions``.

An action refuses with ``ActionRefusee`` (a French sentence) what its locked reading shows impossible, even when the
page had offered it: two people may decide at the same moment.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from villes_internet.comptes import courriels
from villes_internet.comptes.etats import ACCEPTER, REFUSER, RETIRER, REVOQUER, EtatHabilitation
from villes_internet.comptes.models import ROLES_NATIONAUX, Habilitation, Invitation, Role, Utilisateur
from villes_internet.comptes.permissions import (
    est_le_dernier,
    oublier_roles,
    peut_annuler_invitation,
    peut_demander_rattachement,
    peut_desactiver,
    peut_inviter,
    peut_reactiver,
    roles_de,
    roles_nationaux,
)
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import TransitionRefusee, franchir
from villes_internet.socle.verdict import Verdict
from villes_internet.territoires.models import Collectivite

DUREE_INVITATION = timedelta(days=14)


class ActionRefusee(TransitionRefusee):
    """The rule or the moment does not allow it; the message is a French sentence for the screen."""


def _exiger(verdict: Verdict) -> None:
    if not verdict:
        raise ActionRefusee(verdict.motif)


# Requests


@transaction.atomic
def demander_rattachement(
    collectivite: Collectivite, *, role: Role, fonction: str, message: str, site: str, par: Utilisateur
) -> Habilitation:
    """Ask to join a collectivité's team; whoever decides is told by e-mail."""
    Utilisateur.objects.select_for_update().get(pk=par.pk)  # a double click waits here, then reads the first request
    _exiger(peut_demander_rattachement(par, collectivite))
    _clore_les_echues(par, collectivite)
    habilitation = Habilitation.objects.create(
        utilisateur=par, collectivite=collectivite, role=role, fonction=fonction, message=message, site=site
    )
    consigner(
        habilitation, "demander le rattachement", par=par, apres=EtatHabilitation.DEMANDEE, donnees={"role": role}
    )
    courriels.demande_recue(habilitation)
    return habilitation


@transaction.atomic
def accepter(habilitation: Habilitation, *, par: Utilisateur, a: datetime, role: Role | None = None) -> Habilitation:
    """Give the role asked, or ``role`` when the decider prefers another; the person is told by e-mail."""
    _clore_les_echues(habilitation.utilisateur, habilitation.collectivite)
    franchir(
        habilitation, ACCEPTER, par=par, donnees={"role": role or habilitation.role},
        role=role or habilitation.role, decidee_le=a, decidee_par=par,
    )  # fmt: skip
    oublier_roles(habilitation.utilisateur)
    courriels.demande_acceptee(habilitation)
    return habilitation


@transaction.atomic
def refuser(habilitation: Habilitation, *, motif: str, par: Utilisateur, a: datetime) -> Habilitation:
    franchir(habilitation, REFUSER, par=par, motif=motif, decidee_le=a, decidee_par=par)
    courriels.demande_refusee(habilitation, motif)
    return habilitation


@transaction.atomic
def retirer(habilitation: Habilitation, *, par: Utilisateur, a: datetime) -> Habilitation:
    """The person withdraws her own request."""
    return franchir(habilitation, RETIRER, par=par, decidee_le=a, decidee_par=par)


# Team


def _verrouiller_equipe(habilitation: Habilitation) -> None:
    """Two référents who leave together wait for each other: the second finds she is the last."""
    if habilitation.collectivite_id is not None:
        Collectivite.objects.select_for_update(no_key=True).get(pk=habilitation.collectivite_id)
    else:
        list(Habilitation.objects.select_for_update().filter(role=Role.ADMINISTRATEUR).values_list("pk"))


def _garder_un_responsable(habilitation: Habilitation) -> None:
    if est_le_dernier(habilitation):
        raise ActionRefusee(f"Nommez d’abord un autre {habilitation.get_role_display()} : c’est le dernier.")


@transaction.atomic
def revoquer(habilitation: Habilitation, *, par: Utilisateur, a: datetime, motif: str = "") -> Habilitation:
    """End a role. Open invitations that the person had sent for the same scope end with it."""
    _verrouiller_equipe(habilitation)
    _garder_un_responsable(habilitation)
    franchir(habilitation, REVOQUER, par=par, motif=motif, decidee_le=a, decidee_par=par)
    personne = habilitation.utilisateur
    oublier_roles(personne)
    _reprendre_la_cle(personne)
    envoyees = Invitation.objects.ouvertes(a).filter(invitee_par=personne, collectivite=habilitation.collectivite)
    for invitation in envoyees.select_for_update():
        if not peut_annuler_invitation(personne, invitation):
            _clore(invitation, par=par, a=a)
    if par != personne:
        courriels.role_retire(habilitation, motif)
    return habilitation


@transaction.atomic
def fixer_la_fin(habilitation: Habilitation, fin: date | None, *, par: Utilisateur) -> Habilitation:
    """Say which day is the last of a role, or (None) that it has none; the person is told. The role ends by itself."""
    if habilitation.fin == fin:
        return habilitation
    _verrouiller_equipe(habilitation)
    if fin is not None:
        _garder_un_responsable(habilitation)
    habilitation.fin = fin
    habilitation.save(update_fields=["fin"])
    consigner(habilitation, "fixer la fin", par=par, donnees={"fin": fin.isoformat() if fin else None})
    oublier_roles(habilitation.utilisateur)
    courriels.role_fin(habilitation, par)
    return habilitation


def _clore_les_echues(personne: Utilisateur, collectivite: Collectivite | None) -> None:
    """A role whose last day is past ends in the log too, so that the same role can be asked and given again."""
    for echue in personne.habilitations.echues().filter(collectivite=collectivite):
        franchir(echue, REVOQUER, par=None, motif="Dernier jour passé")


@transaction.atomic
def changer_role(habilitation: Habilitation, *, role: Role, par: Utilisateur, a: datetime) -> Habilitation:
    """The old role is revoked and a new one given: the history keeps both."""
    if habilitation.role == role:
        return habilitation
    _verrouiller_equipe(habilitation)
    _garder_un_responsable(habilitation)
    franchir(habilitation, REVOQUER, par=par, donnees={"nouveau_role": role}, decidee_le=a, decidee_par=par)
    nouvelle = _donner(
        habilitation.utilisateur, role, habilitation.collectivite, par=par, a=a, fonction=habilitation.fonction
    )
    courriels.role_change(nouvelle)
    return nouvelle


def _donner(
    personne: Utilisateur,
    role: Role,
    collectivite: Collectivite | None,
    *,
    par: Utilisateur | None,
    a: datetime,
    fonction: str = "",
) -> Habilitation:
    _clore_les_echues(personne, collectivite)
    habilitation = Habilitation.objects.create(
        utilisateur=personne, role=role, collectivite=collectivite, fonction=fonction
    )
    franchir(habilitation, ACCEPTER, par=par, donnees={"role": role}, decidee_le=a, decidee_par=par)
    oublier_roles(personne)
    if role in ROLES_NATIONAUX and not personne.is_staff:
        personne.is_staff = True
        personne.save(update_fields=["is_staff"])
    return habilitation


def _reprendre_la_cle(personne: Utilisateur) -> None:
    """The door of the admin panel closes with the last national role."""
    if personne.is_staff and not roles_nationaux(personne):
        personne.is_staff = False
        personne.save(update_fields=["is_staff"])


@transaction.atomic
def nommer_national(personne: Utilisateur, role: Role, *, par: Utilisateur | None, a: datetime) -> Habilitation:
    """Give a role of the jury or of the association; ``par`` None is the command line or the demonstration data."""
    if role not in ROLES_NATIONAUX:
        raise ActionRefusee("Ce rôle vaut pour une collectivité : il se donne dans son équipe.")
    Utilisateur.objects.select_for_update().get(pk=personne.pk)
    if role in roles_nationaux(personne):
        raise ActionRefusee(f"{personne} a déjà le rôle « {role.label} ».")
    habilitation = _donner(personne, role, None, par=par, a=a)
    courriels.role_national(habilitation)
    return habilitation


# Accounts


@transaction.atomic
def desactiver_compte(personne: Utilisateur, *, par: Utilisateur, a: datetime, motif: str) -> Utilisateur:
    """Close the account: nobody signs in with it, and its sessions, roles, requests and invitations end now.

    What the person has written stays under her name. A collectivité may be left without référent: the association
    then answers for it.
    """
    personne = Utilisateur.objects.select_for_update().get(pk=personne.pk)
    _exiger(peut_desactiver(par, personne))
    if not motif.strip():
        raise ActionRefusee("Un motif est nécessaire pour désactiver un compte.")
    for habilitation in personne.habilitations.filter(etat__in=[EtatHabilitation.DEMANDEE, EtatHabilitation.ACCEPTEE]):
        fin = REVOQUER if habilitation.etat == EtatHabilitation.ACCEPTEE else RETIRER
        franchir(habilitation, fin, par=par, motif="Compte désactivé", decidee_le=a, decidee_par=par)
    for invitation in Invitation.objects.ouvertes(a).filter(invitee_par=personne).select_for_update():
        _clore(invitation, par=par, a=a)
    personne.is_active = personne.is_staff = False
    personne.save(update_fields=["is_active", "is_staff"])
    for session in UserSession.objects.filter(user=personne):
        session.end()
    consigner(personne, "désactiver le compte", par=par, motif=motif)
    courriels.compte_desactive(personne, motif)
    return personne


@transaction.atomic
def reactiver_compte(personne: Utilisateur, *, par: Utilisateur) -> Utilisateur:
    """Let the person sign in again; her roles stay ended and are asked anew."""
    personne = Utilisateur.objects.select_for_update().get(pk=personne.pk)
    _exiger(peut_reactiver(par, personne))
    personne.is_active = True
    personne.save(update_fields=["is_active"])
    consigner(personne, "réactiver le compte", par=par)
    courriels.compte_reactive(personne)
    return personne


# Invitations


def empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()


@transaction.atomic
def inviter(
    courriel: str, *, role: Role, collectivite: Collectivite | None, par: Utilisateur, a: datetime
) -> Invitation:
    """Send a link that gives ``role`` once, for 14 days, to the holder of that address; it replaces an older one."""
    courriel = courriel.strip().lower()
    membre = Habilitation.objects.actives().filter(utilisateur__email=courriel, collectivite=collectivite)
    if collectivite is None:
        membre = membre.filter(role=role)
    if membre.exists():
        raise ActionRefusee("Cette personne fait déjà partie de l’équipe : changez son rôle dans la liste.")
    ouvertes = Invitation.objects.ouvertes(a).filter(courriel=courriel, collectivite=collectivite)
    for ancienne in ouvertes.select_for_update():
        _clore(ancienne, par=par, a=a)
    jeton = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        courriel=courriel,
        role=role,
        collectivite=collectivite,
        invitee_par=par,
        empreinte_jeton=empreinte(jeton),
        expire_le=a + DUREE_INVITATION,
    )
    consigner(invitation, "inviter", par=par, donnees={"role": role})
    courriels.invitation(invitation, settings.ADRESSE_PUBLIQUE + reverse("comptes:invitation", args=[jeton]))
    return invitation


def _clore(invitation: Invitation, *, par: Utilisateur, a: datetime) -> None:
    invitation.revoquee_le = a
    invitation.save(update_fields=["revoquee_le"])
    consigner(invitation, "annuler l’invitation", par=par)


@transaction.atomic
def annuler_invitation(invitation: Invitation, *, par: Utilisateur, a: datetime) -> Invitation:
    verrouillee = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if verrouillee.acceptee_le is not None:
        raise ActionRefusee("Cette invitation vient d’être acceptée : révoquez le rôle dans la liste des membres.")
    if verrouillee.revoquee_le is None:
        _clore(verrouillee, par=par, a=a)
    return verrouillee


def obstacle(invitation: Invitation, personne: Utilisateur | None, a: datetime) -> str:
    """Why this person cannot accept now, in a sentence; "" when nothing stands in the way."""
    if invitation.acceptee_le is not None:
        return "Cette invitation a déjà servi. Si c’est vous qui l’avez acceptée, il suffit de vous connecter."
    if invitation.revoquee_le is not None:
        return (
            "Cette invitation a été annulée ou remplacée par une plus récente. Regardez si vous en avez reçu une autre."
        )
    if a >= invitation.expire_le:
        return "Cette invitation a expiré : elle valait quatorze jours. Demandez-en une autre à qui vous invitait."
    if personne is None:
        return ""
    if not personne.emailaddress_set.filter(email__iexact=invitation.courriel, verified=True).exists():  # type: ignore[attr-defined]
        return (
            f"Cette invitation a été envoyée à {invitation.courriel}, et vous êtes connecté avec {personne.email}. "
            "Déconnectez-vous, puis ouvrez de nouveau le lien avec le bon compte."
        )
    if invitation.collectivite is not None and roles_de(personne, invitation.collectivite):
        return f"Vous faites déjà partie de l’équipe de {invitation.collectivite}."
    if invitation.role in roles_nationaux(personne):
        return "Vous avez déjà ce rôle."
    return ""


@transaction.atomic
def accepter_invitation(invitation: Invitation, *, par: Utilisateur, a: datetime) -> Habilitation:
    """Give the role, once; a request that the person had made for the same collectivité is answered by it."""
    verrouillee = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    motif = obstacle(verrouillee, par, a)
    if not motif and not peut_inviter(verrouillee.invitee_par, verrouillee.collectivite):
        motif = "La personne qui vous invitait ne gère plus cette équipe. Demandez une nouvelle invitation."
    if motif:
        raise ActionRefusee(motif)
    verrouillee.acceptee_le, verrouillee.acceptee_par = a, par
    verrouillee.save(update_fields=["acceptee_le", "acceptee_par"])
    consigner(verrouillee, "accepter l’invitation", par=par, donnees={"role": verrouillee.role})
    for demande in par.habilitations.demandees().filter(collectivite=verrouillee.collectivite):
        franchir(demande, RETIRER, par=par, decidee_le=a, decidee_par=par)
    role = Role(verrouillee.role)
    return _donner(par, role, verrouillee.collectivite, par=verrouillee.invitee_par, a=a)
