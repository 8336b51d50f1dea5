"""Who asks, answers, reports and moderates under a fiche.

Signed-in people only: the association knows who wrote, and can suspend them. What an account says that represents no
collectivité is read by the association before anybody else; what the others say is public at once.
"""

from atlaas.etats import PUBLICS, REPRENDRE_PROPOS, EtatPropos
from atlaas.models import Action, Propos
from atlaas.permissions import REDACTION, peut_s_adresser, peut_voir_action, redige_pour
from villes_internet.comptes.permissions import Personne, est_association, refus_local, refus_national, roles_de
from villes_internet.socle.transitions import peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import Collectivite

SIENNE = refus("Cette fiche est la vôtre : répondez aux questions des autres.")
FERMEES = "{} ne prend plus de question sur cette fiche."
SANS_REPONSE = "Répondre revient au référent et aux contributeurs."
AUTRES = refus("Seules les collectivités qui portent l’action répondent ici.")
REPONDUE = refus("On vous a répondu : la question reste, pour que la réponse garde son sens. Signalez-la s’il le faut.")


def peut_poser(utilisateur: Personne, action: Action) -> Verdict:
    visible = peut_voir_action(utilisateur, action)
    if not visible or not action.est_publique:
        return visible and INCONNU
    if redige_pour(utilisateur, action):
        return SIENNE
    if ne_prend_plus_de_question(action):
        return refus(FERMEES.format(action.collectivite))
    return peut_s_adresser(utilisateur)


def ne_prend_plus_de_question(action: Action) -> bool:
    """Closed by its collectivité; no query where ``sans_question`` is loaded with the fiche."""
    return hasattr(action, "sans_question")


def est_public(propos: Propos) -> bool:
    """Everyone reads it: so do they its fiche and, of an answer, its question."""
    lus = [propos, propos.question] if propos.question else [propos]
    return propos.action.etat in PUBLICS and all(lu.etat == EtatPropos.PUBLIE for lu in lus)


def peut_voir_propos(utilisateur: Personne, propos: Propos) -> Verdict:
    """Public: everyone. Otherwise its author and the association."""
    if est_public(propos) or propos.auteur_id == utilisateur.pk or est_association(utilisateur):
        return OUI
    return INCONNU


def repond_pour(utilisateur: Personne, action: Action) -> Collectivite | None:
    """The collectivité for which the person answers: that of the fiche, else one that carries the action with it."""
    if redige_pour(utilisateur, action):
        return action.collectivite
    return next((ville for ville in action.partenaires.all() if roles_de(utilisateur, ville) & REDACTION), None)


def peut_repondre(utilisateur: Personne, question: Propos) -> Verdict:
    if question.question_id or not est_public(question):
        return INCONNU
    if repond_pour(utilisateur, question.action):
        return peut_s_adresser(utilisateur)
    ville = question.action.collectivite
    return refus_local(utilisateur, ville, SANS_REPONSE) if roles_de(utilisateur, ville) else AUTRES


def peut_reprendre(utilisateur: Personne, propos: Propos) -> Verdict:
    """Take back what one wrote, as long as nobody has answered it."""
    if propos.auteur_id != utilisateur.pk:
        return peut_voir_propos(utilisateur, propos) and refus("Seule la personne qui l’a écrit peut le retirer.")
    verdict = peut_franchir(propos, REPRENDRE_PROPOS)
    return verdict and (REPONDUE if propos.reponses.publies().exists() else OUI)


def peut_signaler(utilisateur: Personne, propos: Propos) -> Verdict:
    """Once, to the association, what somebody else made public."""
    if not est_public(propos):
        return INCONNU
    if propos.auteur_id == utilisateur.pk:
        return refus("C’est ce que vous avez écrit : retirez-le depuis vos questions.")
    if propos.signalements.filter(par=utilisateur.pk).exists():
        return refus("Vous l’avez déjà signalé : l’association va le relire.")
    return peut_s_adresser(utilisateur)


def peut_voir_questions_recues(utilisateur: Personne, ville: Collectivite) -> Verdict:
    """What was asked under the fiches of a collectivité, as its people follow it."""
    return OUI if roles_de(utilisateur, ville) or est_association(utilisateur) else INCONNU


def peut_moderer(utilisateur: Personne) -> Verdict:
    if est_association(utilisateur):
        return OUI
    return refus_national("La modération revient à l’association.")
