"""Who gives a town's key to a program, and what the program may do with it."""

from atlaas.models import Action, Jeton, Portee
from atlaas.permissions import peut_creer_action, peut_modifier_action, peut_voir_fiches
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import Personne, est_association, refus_local, roles_de
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import Collectivite

SANS_PORTEE = "Ce jeton ne permet pas de {} : le référent en crée un autre avec ce droit."
SANS_AUTEUR = "La personne qui a créé ce jeton n’a plus de rôle dans la collectivité : le référent en crée un autre."


def peut_gerer_jetons(utilisateur: Personne, collectivite: Collectivite) -> Verdict:
    """See, create: the référent alone, who answers for the town's fiches."""
    roles = roles_de(utilisateur, collectivite)
    if Role.REFERENT in roles:
        return OUI
    if roles or est_association(utilisateur):
        return refus_local(utilisateur, collectivite, "Seul le référent label gère les jetons de la collectivité.")
    return INCONNU


def peut_revoquer_jeton(utilisateur: Personne, jeton: Jeton) -> Verdict:
    verdict = peut_gerer_jetons(utilisateur, jeton.collectivite)
    return refus("Ce jeton est déjà révoqué.") if verdict and jeton.revoque_le else verdict


def _selon(jeton: Jeton, portee: Portee, verdict: Verdict) -> Verdict:
    """The scope first, then what the token's creator may do today."""
    if portee not in jeton.portees:
        return refus(SANS_PORTEE.format(portee.label))
    return refus(SANS_AUTEUR) if verdict.masque else verdict


def peut_lire_par_jeton(jeton: Jeton) -> Verdict:
    return _selon(jeton, Portee.LIRE, peut_voir_fiches(jeton.cree_par, jeton.collectivite))


def peut_creer_par_jeton(jeton: Jeton) -> Verdict:
    return _selon(jeton, Portee.ECRIRE, peut_creer_action(jeton.cree_par, jeton.collectivite))


def peut_modifier_par_jeton(jeton: Jeton, action: Action) -> Verdict:
    """Another town's fiche does not exist for the token."""
    if action.collectivite_id != jeton.collectivite_id:
        return INCONNU
    return peut_creer_par_jeton(jeton) and peut_modifier_action(jeton.cree_par, action)


def peut_publier_par_jeton(jeton: Jeton, action: Action) -> Verdict:
    """Whether the state allows the change is asked by the change itself."""
    if action.collectivite_id != jeton.collectivite_id:
        return INCONNU
    return _selon(jeton, Portee.PUBLIER, peut_creer_action(jeton.cree_par, jeton.collectivite))
