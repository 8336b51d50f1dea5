"""Who composes the selections, and who reads them."""

from atlaas.etats import PUBLIER_SELECTION, RETIRER_SELECTION
from atlaas.models import Selection
from villes_internet.comptes.permissions import Personne, est_association, refus_national
from villes_internet.socle.transitions import peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict


def peut_voir_selection(utilisateur: Personne, selection: Selection) -> Verdict:
    """Published: everyone. A draft or one withdrawn: the association."""
    return OUI if selection.est_publique or est_association(utilisateur) else INCONNU


def peut_composer_selections(utilisateur: Personne) -> Verdict:
    if est_association(utilisateur):
        return OUI
    return refus_national("Composer les sélections revient à l’association.")


def peut_publier_selection(utilisateur: Personne, selection: Selection) -> Verdict:
    return peut_composer_selections(utilisateur) and peut_franchir(selection, PUBLIER_SELECTION)


def peut_retirer_selection(utilisateur: Personne, selection: Selection) -> Verdict:
    return peut_composer_selections(utilisateur) and peut_franchir(selection, RETIRER_SELECTION)
