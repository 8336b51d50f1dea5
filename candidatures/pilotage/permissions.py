"""Who follows the campaign, who leads it, and who reads what the mosaïques say together."""

from candidatures.campagnes.models import Campagne
from mosaique.interface import NB_MINIMUM
from villes_internet.comptes.permissions import (
    Personne,
    est_administrateur,
    est_association,
    est_du_comite,
    refus_national,
)
from villes_internet.socle.transitions import Transition, peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict


def peut_suivre(utilisateur: Personne) -> Verdict:
    """The list of dossiers and the campaign's board: the association."""
    return OUI if est_association(utilisateur) else INCONNU


def peut_conduire(utilisateur: Personne, campagne: Campagne, transition: Transition) -> Verdict:
    """Move the campaign from a state to the next."""
    suivi = peut_suivre(utilisateur)
    if not suivi:
        return suivi
    if not est_administrateur(utilisateur):
        return refus_national("Seul un administrateur de l’association conduit la campagne.")
    return peut_franchir(campagne, transition)


def peut_observer(utilisateur: Personne) -> Verdict:
    """The observatory: the association and the comité d'orientation (domain, §7.11).

    Not the jury, its president included: statistics of few collectivités would go around a conflict of interests.
    """
    return OUI if est_association(utilisateur) or est_du_comite(utilisateur) else INCONNU


def effectif_minimal(utilisateur: Personne) -> int:
    """Members under which the observatory is silent: the comité sees no dossier, so no group may tell one.

    The association reads every dossier anyway.
    """
    return 1 if est_association(utilisateur) else NB_MINIMUM


def peut_simuler(utilisateur: Personne) -> Verdict:
    """Try the rules of a draft on dossiers already read: the association, and the comité d'orientation who writes them.

    The comité reads the distribution only (``peut_voir_qui_bouge``), of published campaigns only (``campagnes_lues``):
    it sees no dossier, no mark, and nothing under embargo.
    """
    return peut_observer(utilisateur)


def peut_voir_qui_bouge(utilisateur: Personne) -> Verdict:
    """The towns of a simulation, with their marks and what holds them back: the association."""
    return peut_suivre(utilisateur)
