"""Who may read and write a mosaïque; the jury reads it through the deposited dossier, never here."""

from mosaique.models import Mosaique
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import Personne, est_association, refus_local, roles_de
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus

FIGEE = "La mosaïque est figée : elle fait partie d’un dossier déposé."
SANS_REDACTION = "Votre rôle permet de lire la mosaïque ; la remplir revient au référent et aux contributeurs."
REDACTION = {Role.REFERENT, Role.CONTRIBUTEUR}


def peut_voir_mosaique(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    """The collectivité's own people and the association."""
    membre = roles_de(utilisateur, mosaique.collectivite_id) or est_association(utilisateur)
    return OUI if membre else INCONNU


def peut_remplir_mosaique(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    if not roles_de(utilisateur, mosaique.collectivite_id) & REDACTION:
        visible = peut_voir_mosaique(utilisateur, mosaique)
        return visible and refus_local(utilisateur, mosaique.collectivite_id, SANS_REDACTION)
    return refus(FIGEE) if mosaique.est_figee else OUI
