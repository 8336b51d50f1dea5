"""Who compares, chooses a group, and says that the collectivité may be named."""

from mosaique.models import Mosaique
from mosaique.permissions import REDACTION, peut_voir_mosaique
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import Personne, refus_local, roles_de
from villes_internet.socle.verdict import OUI, Verdict

SANS_CHOIX = "Votre rôle permet de lire la comparaison ; choisir un groupe revient au référent et aux contributeurs."
SANS_ACCORD = "Accepter que la collectivité soit nommée revient à son référent label."


def peut_comparer(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    """Whoever reads the mosaïque; what is shown of the others is the same for all."""
    return peut_voir_mosaique(utilisateur, mosaique)


def peut_choisir_groupe(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    """Pick towns, look for the twins: it decides what the collectivité is shown from then on."""
    if roles_de(utilisateur, mosaique.collectivite_id) & REDACTION:
        return OUI
    return peut_voir_mosaique(utilisateur, mosaique) and refus_local(utilisateur, mosaique.collectivite_id, SANS_CHOIX)


def peut_accorder_citation(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    if Role.REFERENT in roles_de(utilisateur, mosaique.collectivite_id):
        return OUI
    return peut_voir_mosaique(utilisateur, mosaique) and refus_local(utilisateur, mosaique.collectivite_id, SANS_ACCORD)
