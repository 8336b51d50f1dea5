"""Who may do what with a dossier. Jurors read it through the jury's own rule, never through these."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import etats
from candidatures.dossiers.completude import Manque, bloquants, manques
from candidatures.dossiers.etats import DEPOSES, MODIFIABLES, EtatDossier
from candidatures.dossiers.models import Dossier, Etape
from villes_internet.comptes.models import Role
from villes_internet.comptes.permissions import (
    Personne,
    collectivites_de,
    est_association,
    refus_local,
    refus_national,
    roles_de,
    roles_nationaux,
)
from villes_internet.socle.templatetags.typographie import date_heure, pluriel
from villes_internet.socle.transitions import Transition, peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus
from villes_internet.territoires.models import Collectivite

ECRITURE = frozenset({Role.CONTRIBUTEUR, Role.REFERENT, Role.SIGNATAIRE})
FICHES = frozenset({Role.CONTRIBUTEUR, Role.REFERENT})
CONDUITE = frozenset({Role.REFERENT, Role.SIGNATAIRE})
Manques = list[Manque] | None
REMIS = (*DEPOSES, EtatDossier.IRRECEVABLE)


def visibles_par(utilisateur: Personne) -> QuerySet[Dossier]:
    """Those of one's collectivités; all those deposited for the association."""
    regle = Q(collectivite__in=collectivites_de(utilisateur))
    if est_association(utilisateur):
        regle |= Q(etat__in=REMIS)
    return Dossier.objects.filter(regle)


def peut_voir_espace(utilisateur: Personne, collectivite: Collectivite) -> Verdict:
    return OUI if roles_de(utilisateur, collectivite) else INCONNU


def peut_voir(utilisateur: Personne, dossier: Dossier) -> Verdict:
    if roles_de(utilisateur, dossier.collectivite_id):
        return OUI
    return OUI if est_association(utilisateur) and dossier.etat in REMIS else INCONNU


def _cloture(campagne: Campagne) -> Verdict:
    """As this process's clock sees it; ``actions`` ask the database's, under lock, where the hour decides."""
    if campagne.etat != EtatCampagne.OUVERTE:
        return refus(f"La campagne {campagne.annee} n’est pas ouverte.")
    if timezone.now() >= campagne.cloture_le:
        return refus(f"La campagne est close depuis le {date_heure(campagne.cloture_le)} (heure de Paris).")
    return OUI


def peut_creer(utilisateur: Personne, collectivite: Collectivite, campagne: Campagne | None) -> Verdict:
    roles = roles_de(utilisateur, collectivite)
    if not roles:
        return INCONNU
    if not roles & CONDUITE:
        motif = "Seuls le référent et le signataire commencent un dossier."
        return refus_local(utilisateur, collectivite, motif, _url_equipe(collectivite))
    if campagne is None:
        return refus("Aucune campagne n’est ouverte.")
    return _cloture(campagne)


def peut_modifier(utilisateur: Personne, dossier: Dossier) -> Verdict:
    """Write in a draft, while the campaign takes dossiers."""
    verdict = _role(utilisateur, dossier, ECRITURE, "Vous pouvez lire ce dossier, pas y écrire.")
    if not verdict:
        return verdict
    if dossier.etat not in MODIFIABLES:
        return refus(f"Ce dossier est {dossier.get_etat_display()} : il ne se modifie plus.", _url_depot(dossier))
    return _cloture(dossier.campagne)


def peut_modifier_etape(utilisateur: Personne, dossier: Dossier, etape: str) -> Verdict:
    """The step "actions" confirms and closes fiches of the Atlaas: it belongs to those who write them."""
    verdict = peut_modifier(utilisateur, dossier)
    if etape != Etape.ACTIONS:
        return verdict
    motif = (
        "Choisir, reconduire ou clore des actions revient au référent et aux contributeurs, qui écrivent les fiches."
    )
    return verdict and _role(utilisateur, dossier, FICHES, motif)


def peut_demander_approbation(utilisateur: Personne, dossier: Dossier, liste: Manques = None) -> Verdict:
    """A complete draft, by the référent or the signatory. ``liste``: what is missing, when it is already loaded."""
    return _conduire(utilisateur, dossier, etats.DEMANDER_APPROBATION) and _complet(dossier, liste)


def peut_approuver(utilisateur: Personne, dossier: Dossier) -> Verdict:
    verdict = _role(utilisateur, dossier, frozenset({Role.SIGNATAIRE}), "Seul le signataire approuve le dossier.")
    return verdict and peut_franchir(dossier, etats.APPROUVER) and _cloture(dossier.campagne)


def peut_renvoyer(utilisateur: Personne, dossier: Dossier) -> Verdict:
    return _conduire(utilisateur, dossier, etats.RENVOYER)


def peut_deposer(utilisateur: Personne, dossier: Dossier, liste: Manques = None) -> Verdict:
    """Approved, complete, before the closing hour; the deposit asks the hour again under lock."""
    return _conduire(utilisateur, dossier, etats.DEPOSER) and _complet(dossier, liste)


def peut_rouvrir(utilisateur: Personne, dossier: Dossier) -> Verdict:
    return _conduire(utilisateur, dossier, etats.ROUVRIR)


def peut_retirer(utilisateur: Personne, dossier: Dossier) -> Verdict:
    verdict = _role(utilisateur, dossier, frozenset({Role.SIGNATAIRE}), "Seul le signataire retire le dossier.")
    return verdict and peut_franchir(dossier, etats.RETIRER)


def peut_instruire(utilisateur: Personne, dossier: Dossier) -> Verdict:
    """Say whether a deposited dossier is admissible."""
    if dossier.etat not in REMIS:
        return INCONNU
    if not est_association(utilisateur):
        return (
            refus_national("L’association décide de la recevabilité.") if peut_voir(utilisateur, dossier) else INCONNU
        )
    if dossier.campagne.etat == EtatCampagne.OUVERTE:
        return refus("La recevabilité se décide après la clôture.")
    return OUI


def est_du_label(utilisateur: Personne) -> bool:
    """Holds a national role: works in the admin panel."""
    return bool(roles_nationaux(utilisateur))


def _conduire(utilisateur: Personne, dossier: Dossier, transition: Transition) -> Verdict:
    motif = f"Seuls le référent et le signataire peuvent {transition.verbe}."
    verdict = _role(utilisateur, dossier, CONDUITE, motif)
    return verdict and peut_franchir(dossier, transition) and _cloture(dossier.campagne)


def _role(utilisateur: Personne, dossier: Dossier, roles: frozenset[Role], motif: str) -> Verdict:
    tenus = roles_de(utilisateur, dossier.collectivite_id)
    if tenus & roles:
        return OUI
    if tenus:
        return refus_local(utilisateur, dossier.collectivite_id, motif, _url_equipe(dossier.collectivite))
    return refus(motif) if peut_voir(utilisateur, dossier) else INCONNU


def _complet(dossier: Dossier, liste: Manques) -> Verdict:
    restants = bloquants(manques(dossier) if liste is None else liste)
    if not restants:
        return OUI
    return refus(
        f"Le dossier n’est pas complet : {pluriel(len(restants), 'point à renseigner,points à renseigner')}.",
        reverse("dossiers:etape", args=[dossier.pk, "relecture"]),
    )


def _url_equipe(collectivite: Collectivite) -> str:
    return reverse("comptes:equipe", args=[collectivite.code])


def _url_depot(dossier: Dossier) -> str:
    return reverse("dossiers:etape", args=[dossier.pk, "depot"])
