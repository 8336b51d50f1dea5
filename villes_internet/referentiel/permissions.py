"""Who sees, writes and freezes the versions. National roles read; an administrateur of the association writes."""

from villes_internet.comptes.permissions import Personne, est_administrateur, refus_national, roles_nationaux
from villes_internet.referentiel.etats import PUBLIER, RETIRER, EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.socle.transitions import peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus


def peut_voir_les_versions(utilisateur: Personne) -> Verdict:
    """Drafts and rules, in the admin: the jury and the association."""
    return OUI if roles_nationaux(utilisateur) else INCONNU


def peut_ecrire_les_versions(utilisateur: Personne) -> Verdict:
    """Import a version or a correspondance."""
    vu = peut_voir_les_versions(utilisateur)
    if not vu or est_administrateur(utilisateur):
        return vu
    return refus_national("Seul un administrateur de l’association écrit le référentiel.")


def peut_publier(utilisateur: Personne, version: Version) -> Verdict:
    """The state only; what no town could reach is said by ``actions.obstacles``."""
    return peut_ecrire_les_versions(utilisateur) and peut_franchir(version, PUBLIER)


def peut_retirer(utilisateur: Personne, version: Version) -> Verdict:
    ecriture = peut_ecrire_les_versions(utilisateur)
    if ecriture and version.etat == EtatVersion.PUBLIEE and version.nb_campagnes_en_cours:
        return refus("Une campagne en cours utilise cette version : clôturez-la ou annulez-la d’abord.")
    return ecriture and peut_franchir(version, RETIRER)


def peut_corriger(utilisateur: Personne, version: Version) -> Verdict:
    """Typos of a published version; a draft is imported again instead."""
    ecriture = peut_ecrire_les_versions(utilisateur)
    if ecriture and version.etat != EtatVersion.PUBLIEE:
        return refus(f"Cette version est {version.get_etat_display()} : seule une version publiée se corrige ici.")
    return ecriture


def peut_lire_les_questions(utilisateur: Personne, version: Version) -> Verdict:
    """Anyone reads the questions of a version that has been published; a draft stays inside."""
    return OUI if version.etat != EtatVersion.BROUILLON else peut_voir_les_versions(utilisateur)
