"""Who proposes a correction, who reads it, who decides.

Signed-in people only. Nothing proposed is public: the collectivité, the author and the association read it.
"""

from django.urls import reverse

from atlaas.etats import ACCEPTER_CORRECTION, REPRENDRE_CORRECTION
from atlaas.models import Action, Correction
from atlaas.permissions import peut_modifier_action, peut_s_adresser, peut_voir_action, redige_pour
from villes_internet.comptes.permissions import Personne, est_association, refus_local, roles_de
from villes_internet.socle.transitions import peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import Collectivite

SANS_DECISION = "Accepter ou écarter une correction revient au référent et aux contributeurs."
AUTRES = refus("La décision revient à la collectivité qui a écrit la fiche.")


def peut_proposer(utilisateur: Personne, action: Action) -> Verdict:
    visible = peut_voir_action(utilisateur, action)
    if not visible or not action.est_publique:
        return visible and INCONNU
    if redige_pour(utilisateur, action):
        return refus(
            "Vous écrivez cette fiche : modifiez-la directement.", reverse("atlaas:modifier", args=[action.pk])
        )
    return peut_s_adresser(utilisateur)


def peut_voir_correction(utilisateur: Personne, correction: Correction) -> Verdict:
    if correction.auteur_id == utilisateur.pk or est_association(utilisateur):
        return OUI
    return OUI if roles_de(utilisateur, correction.action.collectivite_id) else INCONNU


def peut_voir_corrections(utilisateur: Personne, ville: Collectivite) -> Verdict:
    """What is proposed to a collectivité, as its people follow it."""
    return OUI if roles_de(utilisateur, ville) or est_association(utilisateur) else INCONNU


def peut_decider(utilisateur: Personne, correction: Correction) -> Verdict:
    visible = peut_voir_correction(utilisateur, correction)
    if not visible:
        return visible
    if redige_pour(utilisateur, correction.action):
        return peut_franchir(correction, ACCEPTER_CORRECTION)
    ville = correction.action.collectivite
    return refus_local(utilisateur, ville, SANS_DECISION) if roles_de(utilisateur, ville) else AUTRES


def peut_accepter(utilisateur: Personne, correction: Correction) -> Verdict:
    """Decide, and change the fiche."""
    return peut_decider(utilisateur, correction) and peut_modifier_action(utilisateur, correction.action)


def peut_reprendre(utilisateur: Personne, correction: Correction) -> Verdict:
    """Take back what one proposed, as long as nothing is decided."""
    if correction.auteur_id != utilisateur.pk:
        return peut_voir_correction(utilisateur, correction) and refus("Seule la personne qui l’a proposée la reprend.")
    return peut_franchir(correction, REPRENDRE_CORRECTION)
