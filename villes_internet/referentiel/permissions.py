"""Who sees, writes and freezes the versions.

National roles read. The comité d'orientation prepares drafts; an administrateur of the association does so too, and
alone decides what becomes of them: a published version binds the towns.
"""

from villes_internet.comptes.permissions import (
    Personne,
    est_administrateur,
    est_du_comite,
    refus_national,
    roles_nationaux,
)
from villes_internet.referentiel.etats import PUBLIER, RETIRER, EtatVersion
from villes_internet.referentiel.models import Version
from villes_internet.socle.transitions import peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus


def peut_voir_les_versions(utilisateur: Personne) -> Verdict:
    """Drafts and rules, in the admin: the jury, the association and the comité d'orientation."""
    return OUI if roles_nationaux(utilisateur) else INCONNU


def peut_ecrire_les_versions(utilisateur: Personne) -> Verdict:
    """Import a file: a draft, or what links an older version to one (see ``peut_relier``)."""
    vu = peut_voir_les_versions(utilisateur)
    if not vu or est_administrateur(utilisateur) or est_du_comite(utilisateur):
        return vu
    return refus_national("Le référentiel s’écrit par un administrateur de l’association ou le comité d’orientation.")


def peut_relier(utilisateur: Personne, version: Version | None) -> Verdict:
    """Say what the enjeux of an older version become in ``version`` (None: it does not exist, the file is refused).

    Towards a published version, it moves what the towns are shown of their past: not the comité's.
    """
    ecriture = peut_ecrire_les_versions(utilisateur)
    if ecriture and version is not None and version.etat != EtatVersion.BROUILLON:
        return _peut_decider(utilisateur)
    return ecriture


def _peut_decider(utilisateur: Personne) -> Verdict:
    """Publish, withdraw, mend: what the towns and the campaigns rely on."""
    vu = peut_voir_les_versions(utilisateur)
    if not vu or est_administrateur(utilisateur):
        return vu
    return refus_national("Seul un administrateur de l’association touche à ce qui est publié, ou publie.")


def peut_publier(utilisateur: Personne, version: Version) -> Verdict:
    """The state only; what no town could reach is said by ``actions.obstacles``."""
    return _peut_decider(utilisateur) and peut_franchir(version, PUBLIER)


def peut_retirer(utilisateur: Personne, version: Version) -> Verdict:
    ecriture = _peut_decider(utilisateur)
    if ecriture and version.etat == EtatVersion.PUBLIEE and version.nb_campagnes_en_cours:
        return refus("Une campagne en cours utilise cette version : clôturez-la ou annulez-la d’abord.")
    return ecriture and peut_franchir(version, RETIRER)


def peut_corriger(utilisateur: Personne, version: Version) -> Verdict:
    """Typos of a published version; a draft is imported again instead."""
    ecriture = _peut_decider(utilisateur)
    if ecriture and version.etat != EtatVersion.PUBLIEE:
        return refus(f"Cette version est {version.get_etat_display()} : seule une version publiée se corrige ici.")
    return ecriture


def peut_lire_les_questions(utilisateur: Personne, version: Version) -> Verdict:
    """Anyone reads the questions of a version that has been published; a draft stays inside."""
    return OUI if version.etat != EtatVersion.BROUILLON else peut_voir_les_versions(utilisateur)
