"""Who may do what with a fiche; roles are read here and nowhere else in the Atlaas."""

from atlaas import etats
from atlaas.etats import EtatAction
from atlaas.models import Action, Blocage
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import (
    Personne,
    collectivites_de,
    est_association,
    refus_local,
    refus_national,
    roles_de,
)
from villes_internet.socle.transitions import Transition, peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import Collectivite

REDACTION = {Role.REFERENT, Role.CONTRIBUTEUR}
BLOQUE = refus("L’association a suspendu votre accès aux messages. Écrivez-lui si c’est une erreur.")
REFUS_DE_MODIFIER = {
    EtatAction.A_RELIRE: refus("Un collègue l’écrit par un lien : relisez-la et acceptez-la pour la modifier."),
    EtatAction.ARCHIVEE: refus("Cette fiche est archivée : publiez-la de nouveau pour la modifier."),
    EtatAction.FUSIONNEE: refus("Cette fiche est fusionnée dans une autre : modifiez celle qui reste."),
}
SANS_REDACTION = "Votre rôle permet de lire les fiches ; les écrire revient au référent et aux contributeurs."


def peut_voir_action(utilisateur: Personne, action: Action) -> Verdict:
    """Published: everyone. Otherwise the collectivité's own people and the association."""
    if action.est_publique:
        return OUI
    membre = roles_de(utilisateur, action.collectivite_id) or est_association(utilisateur)
    return OUI if membre else INCONNU


def peut_voir_fiches(utilisateur: Personne, collectivite: Collectivite) -> Verdict:
    """The working list of a collectivité, drafts included."""
    return OUI if roles_de(utilisateur, collectivite) or est_association(utilisateur) else INCONNU


def peut_creer_action(utilisateur: Personne, collectivite: Collectivite | int) -> Verdict:
    roles = roles_de(utilisateur, collectivite)
    if roles & REDACTION:
        return OUI
    if roles or est_association(utilisateur):
        return refus_local(utilisateur, collectivite, SANS_REDACTION)
    return INCONNU


def peut_demander_fiche(utilisateur: Personne, collectivite: Collectivite | int) -> Verdict:
    """Ask a colleague for a fiche, by a link; take it back; accept what comes."""
    roles = roles_de(utilisateur, collectivite)
    if Role.REFERENT in roles:
        return OUI
    if roles or est_association(utilisateur):
        return refus_local(utilisateur, collectivite, "Demander une fiche à un collègue revient au référent label.")
    return INCONNU


def peut_relire_fiche(utilisateur: Personne, action: Action) -> Verdict:
    return peut_demander_fiche(utilisateur, action.collectivite_id) and peut_franchir(action, etats.ACCEPTER)


def peut_modifier_action(utilisateur: Personne, action: Action) -> Verdict:
    verdict = peut_creer_action(utilisateur, action.collectivite_id)
    if verdict.masque and action.est_publique:
        return refus("Seule la collectivité qui a écrit cette fiche peut la modifier.")
    return verdict and REFUS_DE_MODIFIER.get(EtatAction(action.etat), OUI)


def _peut_changer(utilisateur: Personne, action: Action, transition: Transition) -> Verdict:
    verdict = peut_creer_action(utilisateur, action.collectivite_id)
    if verdict.masque and action.est_publique:
        return refus("Seule la collectivité qui a écrit cette fiche peut le faire.")
    return verdict and peut_franchir(action, transition)


def peut_publier_action(utilisateur: Personne, action: Action) -> Verdict:
    return _peut_changer(utilisateur, action, etats.PUBLIER)


def peut_reprendre_action(utilisateur: Personne, action: Action) -> Verdict:
    return _peut_changer(utilisateur, action, etats.REPRENDRE)


def peut_archiver_action(utilisateur: Personne, action: Action) -> Verdict:
    return _peut_changer(utilisateur, action, etats.ARCHIVER)


def peut_confirmer_action(utilisateur: Personne, action: Action) -> Verdict:
    return _peut_changer(utilisateur, action, etats.CONFIRMER)


def peut_fusionner_action(utilisateur: Personne, action: Action) -> Verdict:
    """Into another fiche of the same collectivité."""
    return _peut_changer(utilisateur, action, etats.FUSIONNER)


def peut_voir_historique(utilisateur: Personne, action: Action) -> Verdict:
    """What the fiche said before: its collectivité's own people and the association."""
    if roles_de(utilisateur, action.collectivite_id) or est_association(utilisateur):
        return OUI
    return peut_voir_action(utilisateur, action) and refus(
        "L’historique se lit dans la collectivité qui a écrit la fiche."
    )


def peut_moderer_action(utilisateur: Personne, action: Action) -> Verdict:
    """Removing a published fiche, or ending its removal: the association."""
    if est_association(utilisateur):
        return OUI
    return peut_voir_action(utilisateur, action) and refus_national("La modération revient à l’association.")


def peut_s_adresser(utilisateur: Personne) -> Verdict:
    """Write to others, through the relay or in public: whoever the association has not suspended."""
    suspendue = utilisateur.pk and Blocage.objects.filter(utilisateur=utilisateur.pk).exists()
    return BLOQUE if suspendue else OUI


def ecrit_pour(utilisateur: Personne) -> list[int]:
    """Keys of the collectivités whose fiches the person writes."""
    return [cle for cle in collectivites_de(utilisateur) if roles_de(utilisateur, cle) & REDACTION]


def redige_pour(utilisateur: Personne, action: Action) -> bool:
    """Whether the person writes the fiches of its collectivité."""
    return bool(roles_de(utilisateur, action.collectivite_id) & REDACTION)


def peut_regler_echanges(utilisateur: Personne, ville: Collectivite | int) -> Verdict:
    """Open or close what others may write, under a fiche or to the whole collectivité."""
    roles = roles_de(utilisateur, ville)
    if roles & REDACTION:
        return OUI
    motif = "Ouvrir ou fermer les échanges revient au référent et aux contributeurs."
    return refus_local(utilisateur, ville, motif) if roles else INCONNU
