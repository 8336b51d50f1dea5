"""Who decides that everyone may read the mosaïque."""

from mosaique.models import Mosaique
from mosaique.permissions import peut_voir_mosaique
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import Personne, refus_local, roles_de
from villes_internet.socle.verdict import OUI, Verdict

SANS_ACCORD = "Montrer la mosaïque aux habitants revient au référent label."


def peut_montrer_mosaique(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    if Role.REFERENT in roles_de(utilisateur, mosaique.collectivite_id):
        return OUI
    return peut_voir_mosaique(utilisateur, mosaique) and refus_local(utilisateur, mosaique.collectivite_id, SANS_ACCORD)
