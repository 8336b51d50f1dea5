"""Who may do what with accounts; the only door by which other rooms read roles."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from villes_internet.comptes.etats import ACCEPTER, EtatHabilitation
from villes_internet.comptes.models import Habilitation, Invitation, Role, Utilisateur
from villes_internet.socle.transitions import peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import CANDIDATES, Collectivite

Personne = Utilisateur | AnonymousUser

ASSOCIATION = frozenset({Role.CHARGE_DE_MISSION, Role.ADMINISTRATEUR})
MAX_DEMANDES = 5
RECOURS_LOCAL = (
    "Si ce rôle devrait être le vôtre, le référent label de votre collectivité peut vous le donner "
    "depuis la page de l’équipe."
)
ROLES = """
SELECT h.collectivite_id, h.role
FROM comptes_habilitation h, (SELECT (statement_timestamp() AT TIME ZONE %(fuseau)s)::date AS jour) d
WHERE h.utilisateur_id = %(personne)s AND h.etat = %(acceptee)s
  AND (h.debut IS NULL OR h.debut <= d.jour) AND (h.fin IS NULL OR h.fin >= d.jour)
"""
RECOURS_NATIONAL = "Les rôles du jury et de l’association sont donnés par un administrateur de l’association."


def personne_connectee(request: HttpRequest) -> Utilisateur:
    """Who asks: the middleware that closes every route has already sent the anonymous visitor to sign in."""
    assert isinstance(request.user, Utilisateur)
    return request.user


def _roles(utilisateur: Personne) -> dict[int | None, frozenset[Role]]:
    """{collectivité id (None for the national roles): roles}, one query a request, kept on the user object.

    In SQL: compiled by the ORM on every page of a signed-in person, it cost ten times its running. The rule is
    ``HabilitationQuerySet.actives``; a test holds the two together.
    """
    if not isinstance(utilisateur, Utilisateur):
        return {}
    connus: dict[int | None, frozenset[Role]] | None = getattr(utilisateur, "_roles", None)
    if connus is None:
        connus = {}
        parametres: dict[str, Any] = {
            "personne": utilisateur.pk,
            "acceptee": EtatHabilitation.ACCEPTEE.value,
            "fuseau": timezone.get_current_timezone_name(),
        }
        with connection.cursor() as curseur:
            curseur.execute(ROLES, parametres)
            for collectivite_id, role in curseur:
                connus[collectivite_id] = connus.get(collectivite_id, frozenset()) | {Role(role)}
        utilisateur._roles = connus  # type: ignore[attr-defined]
    return connus


def oublier_roles(utilisateur: Utilisateur) -> None:
    """Read the roles anew at the next question: an action has just changed them."""
    utilisateur.__dict__.pop("_roles", None)


def roles_de(utilisateur: Personne, collectivite: Collectivite | int) -> frozenset[Role]:
    """Roles held today for this collectivité (an instance or its primary key)."""
    cle = collectivite if isinstance(collectivite, int) else collectivite.pk
    return _roles(utilisateur).get(cle, frozenset())


def roles_nationaux(utilisateur: Personne) -> frozenset[Role]:
    return _roles(utilisateur).get(None, frozenset())


def est_association(utilisateur: Personne) -> bool:
    return bool(roles_nationaux(utilisateur) & ASSOCIATION)


def est_administrateur(utilisateur: Personne) -> bool:
    return Role.ADMINISTRATEUR in roles_nationaux(utilisateur)


def est_du_comite(utilisateur: Personne) -> bool:
    """The comité d’orientation writes drafts of the référentiel and reads statistics: no dossier, no mark, no town."""
    return Role.COMITE_ORIENTATION in roles_nationaux(utilisateur)


def collectivites_de(utilisateur: Personne) -> list[int]:
    """Primary keys of the collectivités where the person holds a role today."""
    return [cle for cle in _roles(utilisateur) if cle is not None]


def refus_local(utilisateur: Personne, collectivite: Collectivite | int, motif: str, lien: str = "") -> Verdict:
    """For want of a role in this collectivité; its own people are told who gives it, but the one who does."""
    roles = roles_de(utilisateur, collectivite)
    return refus(motif, lien, recours=RECOURS_LOCAL if roles and Role.REFERENT not in roles else "")


def refus_national(motif: str) -> Verdict:
    """For want of a role of the jury or of the association."""
    return refus(motif, recours=RECOURS_NATIONAL)


def doit_avoir_second_facteur(utilisateur: Personne) -> bool:
    """National roles reach every town's dossier, or the rules of all: a password alone is not enough for them."""
    return bool(roles_nationaux(utilisateur))


def peut_demander_rattachement(utilisateur: Utilisateur, collectivite: Collectivite) -> Verdict:
    if collectivite.type not in CANDIDATES:
        return refus("Seules les communes et les intercommunalités peuvent candidater au label.")
    if roles_de(utilisateur, collectivite):
        return refus(f"Vous faites déjà partie de l’équipe de {collectivite}.")
    demandees = set(utilisateur.habilitations.demandees().values_list("collectivite_id", flat=True))
    if collectivite.pk in demandees:
        return refus(f"Vous avez déjà demandé à rejoindre {collectivite} : votre demande attend une réponse.")
    if len(demandees) >= MAX_DEMANDES:
        return refus(
            f"Vous avez déjà {MAX_DEMANDES} demandes en attente. Retirez-en une, ou attendez une réponse, "
            "avant d’en faire une autre."
        )
    return OUI


def peut_voir_equipe(utilisateur: Personne, collectivite: Collectivite) -> Verdict:
    if roles_de(utilisateur, collectivite) or est_association(utilisateur):
        return OUI
    return INCONNU


def peut_gerer_equipe(utilisateur: Personne, collectivite: Collectivite) -> Verdict:
    roles = roles_de(utilisateur, collectivite)
    if Role.REFERENT in roles or est_association(utilisateur):
        return OUI
    if roles:
        motif = "Seul le référent label de la collectivité peut gérer son équipe."
        return refus_local(utilisateur, collectivite, motif)
    return INCONNU


def a_un_referent(collectivite: Collectivite | None) -> bool:
    return Habilitation.objects.actives().filter(collectivite=collectivite, role=Role.REFERENT).exists()


def peut_voir_demande(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    """One's own request, to follow it."""
    return OUI if habilitation.utilisateur_id == utilisateur.pk else INCONNU


def peut_retirer_demande(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    verdict = peut_voir_demande(utilisateur, habilitation)
    if verdict and habilitation.etat != EtatHabilitation.DEMANDEE:
        return refus(f"Cette demande est déjà {habilitation.get_etat_display()}.")
    return verdict


def peut_repondre(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    """The association answers requests, and the référent those of her own town; nobody answers her own."""
    if habilitation.collectivite is None:
        return INCONNU
    if habilitation.utilisateur_id == utilisateur.pk:
        return refus("Une autre personne doit répondre à votre demande.")
    return peut_gerer_equipe(utilisateur, habilitation.collectivite)


def peut_decider_habilitation(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    """``peut_repondre``, and the request still waits."""
    verdict = peut_repondre(utilisateur, habilitation)
    return verdict and peut_franchir(habilitation, ACCEPTER)


def peut_inviter(utilisateur: Personne, collectivite: Collectivite | None) -> Verdict:
    """Invite to a collectivité's team, or (None) to the jury and the association."""
    if collectivite is None:
        return peut_nommer_national(utilisateur)
    return peut_gerer_equipe(utilisateur, collectivite)


def peut_annuler_invitation(utilisateur: Personne, invitation: Invitation) -> Verdict:
    return peut_inviter(utilisateur, invitation.collectivite)


def peut_nommer_national(utilisateur: Personne) -> Verdict:
    if est_administrateur(utilisateur):
        return OUI
    return refus_national("Seul un administrateur de l’association nomme au jury et à l’association.")


def est_le_dernier(habilitation: Habilitation) -> bool:
    """The last référent of a collectivité, or the last administrateur: someone must stay who can decide.

    Those whose role has an end date do not count: nobody would be left the day after.
    """
    if habilitation.role not in {Role.REFERENT, Role.ADMINISTRATEUR}:
        return False
    pairs = Habilitation.objects.actives().filter(collectivite=habilitation.collectivite_id, role=habilitation.role)
    return not pairs.filter(fin__isnull=True).exclude(pk=habilitation.pk).exists()


def peut_changer_role(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    """Change or withdraw the role of a member of a collectivité's team."""
    verdict = _peut_gerer_le_role(utilisateur, habilitation)
    return verdict and _sauf_le_dernier(habilitation)


def peut_fixer_la_fin(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    """Give the role a last day, or move it; the last one who can decide may only see hers taken away."""
    verdict = _peut_gerer_le_role(utilisateur, habilitation)
    return verdict and (OUI if habilitation.fin is not None else _sauf_le_dernier(habilitation))


def _peut_gerer_le_role(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    if habilitation.collectivite is None:
        verdict = peut_nommer_national(utilisateur)
    else:
        verdict = peut_gerer_equipe(utilisateur, habilitation.collectivite)
    if verdict and habilitation.etat != EtatHabilitation.ACCEPTEE:
        return refus(f"Cette habilitation est {habilitation.get_etat_display()} : il n’y a rien à changer.")
    return verdict


def _sauf_le_dernier(habilitation: Habilitation) -> Verdict:
    if not est_le_dernier(habilitation):
        return OUI
    titre = "référent label" if habilitation.role == Role.REFERENT else "administrateur"
    return refus(f"C’est le dernier {titre} : nommez-en d’abord un autre, sans date de fin.")


def peut_revoquer(utilisateur: Personne, habilitation: Habilitation) -> Verdict:
    """As ``peut_changer_role``; a member may also leave the team of her own accord."""
    if habilitation.utilisateur_id != utilisateur.pk:
        return peut_changer_role(utilisateur, habilitation)
    if habilitation.etat != EtatHabilitation.ACCEPTEE:
        return refus(f"Cette habilitation est déjà {habilitation.get_etat_display()}.")
    if est_le_dernier(habilitation):
        return refus("Vous êtes la dernière personne à tenir ce rôle : nommez-en une autre d’abord.")
    return OUI


def peut_desactiver(utilisateur: Personne, personne: Utilisateur) -> Verdict:
    """Close somebody's account; whoever does it stays, so that an administrateur is always left."""
    verdict = _peut_gerer_les_comptes(utilisateur)
    if verdict and personne.pk == utilisateur.pk:
        return refus("Une autre personne doit désactiver votre compte.")
    if verdict and not personne.is_active:
        return refus("Ce compte est déjà désactivé.")
    return verdict


def peut_reactiver(utilisateur: Personne, personne: Utilisateur) -> Verdict:
    verdict = _peut_gerer_les_comptes(utilisateur)
    return refus("Ce compte est ouvert.") if verdict and personne.is_active else verdict


def _peut_gerer_les_comptes(utilisateur: Personne) -> Verdict:
    if est_administrateur(utilisateur):
        return OUI
    return refus_national("Seul un administrateur de l’association ferme ou rouvre un compte.")


def a_un_role_national(utilisateur: Personne, roles: frozenset[Role]) -> Verdict:
    """For the admin panel, whose pages are open by role; nothing is open when ``roles`` is empty."""
    if roles_nationaux(utilisateur) & roles:
        return OUI
    return refus_national("Votre rôle n’ouvre pas cette page.")
