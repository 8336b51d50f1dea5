"""Who reads and writes the rules of a campaign.

The association's administrateur writes them all; the comité d'orientation writes the grid of the jury (domain, §7.11).
Both in a draft only: an announced campaign binds the towns.
"""

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from villes_internet.comptes.permissions import (
    Personne,
    est_administrateur,
    est_association,
    est_du_comite,
    refus_national,
)
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus


def peut_voir_les_regles(utilisateur: Personne) -> Verdict:
    return OUI if est_association(utilisateur) or est_du_comite(utilisateur) else INCONNU


def peut_ecrire_les_regles(utilisateur: Personne) -> Verdict:
    """Calendar, mentions, version; what a state closes is said by the page of the campaign."""
    vues = peut_voir_les_regles(utilisateur)
    if not vues or est_administrateur(utilisateur):
        return vues
    return refus_national("Le calendrier et les mentions s’écrivent par un administrateur de l’association.")


def peut_ecrire_la_grille(utilisateur: Personne, campagne: Campagne) -> Verdict:
    """The criteria of the jury, their weights, the scale of the marks."""
    vues = peut_voir_les_regles(utilisateur)
    if not vues:
        return vues
    if not (est_administrateur(utilisateur) or est_du_comite(utilisateur)):
        return refus_national("La grille s’écrit par un administrateur de l’association ou le comité d’orientation.")
    if campagne.etat != EtatCampagne.BROUILLON:
        return refus(f"La campagne est {campagne.get_etat_display()} : sa grille ne change plus.")
    return OUI
