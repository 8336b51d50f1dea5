from atlaas.models import Action
from atlaas.permissions import peut_voir_action
from villes_internet.comptes.permissions import Personne
from villes_internet.socle.verdict import INCONNU, OUI, Verdict


def peut_garder(utilisateur: Personne, action: Action) -> Verdict:
    """Keep a fiche in one's own list: any public one."""
    return peut_voir_action(utilisateur, action) and (OUI if action.est_publique else INCONNU)
