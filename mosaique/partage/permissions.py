"""Who may share out the enjeux of a mosaïque: the référent of the collectivité."""

from mosaique.models import Mosaique
from mosaique.permissions import FIGEE, peut_voir_mosaique
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import Personne, refus_local, roles_de
from villes_internet.socle.verdict import OUI, Verdict, refus

SANS_PARTAGE = "Confier un enjeu revient au référent label de la collectivité."


def peut_confier(utilisateur: Personne, mosaique: Mosaique) -> Verdict:
    """Entrust an enjeu, take it back, send or revoke a link, accept what a guest has answered."""
    if Role.REFERENT not in roles_de(utilisateur, mosaique.collectivite_id):
        visible = peut_voir_mosaique(utilisateur, mosaique)
        return visible and refus_local(utilisateur, mosaique.collectivite_id, SANS_PARTAGE)
    return refus(FIGEE) if mosaique.est_figee else OUI
