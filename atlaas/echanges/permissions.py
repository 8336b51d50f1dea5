"""Who writes to whom through the relay.

Signed-in people who hold a role for a collectivité: the one who receives knows for which town the question is asked,
and a person who misuses the relay can be blocked, which an address typed by a visitor would not allow.
"""

from atlaas.models import Action, Conversation, SansContact, Vitrine
from atlaas.permissions import REDACTION, peut_s_adresser, peut_voir_action
from villes_internet.comptes.models import Habilitation
from villes_internet.comptes.permissions import Personne, collectivites_de, roles_de
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus

FERME = "{} ne reçoit pas de message sur cette fiche."
PARTI = "Vous ne représentez plus {}, pour qui vous aviez posé la question."
PERSONNE = "Personne ne peut répondre pour {} en ce moment : aucun référent ni contributeur n’y a de compte."
SANS_COLLECTIVITE = refus("Il faut représenter une collectivité pour écrire à une autre.", "/compte/rattachement/")


def peut_ecrire(utilisateur: Personne, action: Action) -> Verdict:
    """Begin a conversation about a public fiche of another collectivité."""
    visible = peut_voir_action(utilisateur, action)
    if not visible or not action.est_publique:
        return visible and INCONNU
    ville = action.collectivite
    if roles_de(utilisateur, ville):
        return refus("Cette fiche est celle de votre collectivité.")
    if not collectivites_de(utilisateur):
        return SANS_COLLECTIVITE
    return peut_s_adresser(utilisateur) and _recoit(action)


def _recoit(action: Action) -> Verdict:
    ville = action.collectivite
    fermee = Vitrine.objects.filter(collectivite=ville, accepte_contact=False).exists()
    if fermee or SansContact.objects.filter(action=action).exists():
        return refus(FERME.format(ville))
    repondent = Habilitation.objects.actives().filter(
        collectivite=ville, role__in=REDACTION, utilisateur__is_active=True
    )
    return OUI if repondent.exists() else refus(PERSONNE.format(ville))


def peut_lire_conversation(utilisateur: Personne, conversation: Conversation) -> Verdict:
    """The two sides, and nobody else: not even the association."""
    siennes = roles_de(utilisateur, conversation.action.collectivite_id) & REDACTION
    return OUI if siennes or conversation.demandeur_id == utilisateur.pk else INCONNU


def peut_repondre(utilisateur: Personne, conversation: Conversation) -> Verdict:
    """The people of the fiche always; who asked, while they speak for theirs and the other takes messages."""
    verdict = peut_lire_conversation(utilisateur, conversation) and peut_s_adresser(utilisateur)
    if not verdict or est_du_cote_de_la_fiche(utilisateur, conversation):
        return verdict
    if not roles_de(utilisateur, conversation.collectivite_id):
        return refus(PARTI.format(conversation.collectivite))
    return _recoit(conversation.action)


def parle_encore(conversation: Conversation) -> bool:
    """Whether who asked still holds a role in the collectivité for which the question was asked."""
    actives = Habilitation.objects.actives().filter(collectivite=conversation.collectivite_id)
    return actives.filter(utilisateur=conversation.demandeur_id).exists()


def est_du_cote_de_la_fiche(utilisateur: Personne, conversation: Conversation) -> bool:
    return bool(roles_de(utilisateur, conversation.action.collectivite_id) & REDACTION)
