"""Who follows the campaign and who leads it."""

from candidatures.campagnes.models import Campagne
from villes_internet.comptes.permissions import Personne, est_administrateur, est_association, refus_national
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
