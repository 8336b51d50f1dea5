"""Read models of the account, team and decision pages; each function ends all loading."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, QuerySet

from villes_internet.comptes.calculs import indice_du_domaine
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.socle.models import Evenement
from villes_internet.territoires.models import Collectivite

MAX_MEMBRES = 100
ORDRE_DES_ROLES = {role: rang for rang, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Equipe:
    membres: list[Habilitation]
    demandes: list[Habilitation]
    invitations: list[Invitation]


def equipe(collectivite: Collectivite, a: datetime) -> Equipe:
    """Members, pending requests and open invitations of a collectivité, in three queries."""
    de_la_collectivite = Habilitation.objects.filter(collectivite=collectivite).select_related("utilisateur")
    membres = de_la_collectivite.actives().order_by("utilisateur__cle_alphabetique", "pk")
    return Equipe(
        membres=list(membres[:MAX_MEMBRES]),
        demandes=list(de_la_collectivite.demandees().order_by("demandee_le")[:MAX_MEMBRES]),
        invitations=list(
            Invitation.objects.ouvertes(a)
            .filter(collectivite=collectivite)
            .select_related("invitee_par")
            .order_by("expire_le")[:MAX_MEMBRES]
        ),
    )


def referents_de(collectivite: Collectivite) -> QuerySet[Utilisateur]:
    """Those who receive what concerns its fiches and its dossier, today."""
    actives = Habilitation.objects.actives().filter(collectivite=collectivite, role=Role.REFERENT)
    return Utilisateur.objects.filter(pk__in=actives.values("utilisateur"), is_active=True).order_by("pk")


def rattachements(utilisateur: Utilisateur) -> list[Habilitation]:
    """A person's roles and requests for collectivités, the last decided first; withdrawn ones are left out."""
    return list(
        utilisateur.habilitations.filter(collectivite__isnull=False)
        .exclude(etat="retiree")
        .select_related("collectivite__departement")
        .order_by("-demandee_le")[:50]
    )


def invitations_recues(utilisateur: Utilisateur, a: datetime) -> list[Invitation]:
    """Open invitations sent to the person's verified addresses: the token is not needed to see them, nor to accept."""
    adresses = utilisateur.emailaddress_set.filter(verified=True).values("email")  # type: ignore[attr-defined]
    ouvertes = Invitation.objects.ouvertes(a).filter(courriel__in=adresses)
    return list(ouvertes.select_related("collectivite", "invitee_par").order_by("expire_le")[:20])


def motif_de_la_decision(habilitation: Habilitation) -> str:
    """The motive given with the last decision, as the journal keeps it."""
    derniere = Evenement.objects.de(habilitation).exclude(motif="").order_by("-le", "-pk").first()
    return derniere.motif if derniere else ""


def a_second_facteur(utilisateur: Utilisateur) -> bool:
    return bool(Authenticator.objects.filter(user=utilisateur, type=Authenticator.Type.TOTP).exists())


def avec_referent(habilitations: QuerySet[Habilitation]) -> QuerySet[Any]:
    """Annotate ``a_un_referent``: false means that the association must decide."""
    referents = Habilitation.objects.actives().filter(collectivite=OuterRef("collectivite"), role=Role.REFERENT)
    return habilitations.annotate(a_un_referent=Exists(referents))


@dataclass(frozen=True, slots=True)
class AideADecider:
    """What the decision screen shows beside a request."""

    code_indice: str
    phrase_indice: str
    autres: list[Habilitation]


def aide_a_decider(habilitation: Habilitation) -> AideADecider:
    """``autres``: members and other requests of the same collectivité."""
    code, phrase = indice_du_domaine(habilitation.utilisateur.email, habilitation.site)
    autres = (
        Habilitation.objects.filter(collectivite=habilitation.collectivite)
        .exclude(pk=habilitation.pk)
        .select_related("utilisateur")
        .order_by("-demandee_le")[:20]
    )
    return AideADecider(code, phrase, list(autres))


@dataclass(frozen=True, slots=True)
class Compte:
    """``sans_releve``: collectivités that would be left without référent if the account were closed."""

    habilitations: list[Habilitation]
    nb_sessions: int
    sans_releve: list[Collectivite]
    historique: list[Evenement]


def compte(personne: Utilisateur) -> Compte:
    """What the association reads of an account, in four queries."""
    autres = (
        Habilitation.objects.actives()
        .filter(collectivite=OuterRef("collectivite"), role=Role.REFERENT)
        .exclude(utilisateur=personne)
    )
    seules = Habilitation.objects.actives().filter(~Exists(autres), utilisateur=personne, role=Role.REFERENT)
    return Compte(
        habilitations=list(personne.habilitations.select_related("collectivite").order_by("-demandee_le")[:50]),
        nb_sessions=UserSession.objects.filter(user=personne).count(),
        sans_releve=[h.collectivite for h in seules.select_related("collectivite") if h.collectivite],
        historique=list(Evenement.objects.de(personne).recents()[:20]),
    )


def demandes_pour_l_association() -> list[Habilitation]:
    """The oldest requests of collectivités without référent."""
    demandes = avec_referent(Habilitation.objects.demandees()).filter(a_un_referent=False)
    return list(demandes.select_related("utilisateur", "collectivite__departement").order_by("demandee_le")[:10])
