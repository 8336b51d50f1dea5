"""Who may see, publish, produce and correct results. Before a campaign is published, nobody outside knows anything."""

from collections.abc import Iterable

from candidatures.campagnes import etats as campagnes
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.palmares import etats
from candidatures.palmares.etats import EtatCertificat
from candidatures.palmares.models import Certificat, LotCertificats, Resultat
from villes_internet.comptes.models import Habilitation, Role
from villes_internet.comptes.permissions import Personne, est_association, refus_national
from villes_internet.socle.transitions import Transition, peut_franchir
from villes_internet.socle.verdict import INCONNU, OUI, Verdict, refus

PUBLIEES = frozenset({EtatCampagne.PUBLIEE, EtatCampagne.CLOTUREE})
_RESERVE = "Seule l’association {verbe}."


def est_publiee(campagne: Campagne) -> bool:
    return campagne.etat in PUBLIEES


def peut_voir_palmares(utilisateur: Personne, campagne: Campagne) -> Verdict:
    return OUI if est_publiee(campagne) else INCONNU


def peut_telecharger(utilisateur: Personne, certificat: Certificat) -> Verdict:
    """A certificate in force is a public fact; the association keeps access to those that no longer stand.

    Whether its file is made yet is not a matter of right: the view has the person wait.
    """
    if not est_publiee(certificat.resultat.campagne):
        return INCONNU
    if certificat.etat == EtatCertificat.VALABLE or est_association(utilisateur):
        return OUI
    lien = certificat.get_absolute_url()
    if certificat.etat == EtatCertificat.REMPLACE:
        return refus("Ce certificat a été remplacé par un nouveau.", lien)
    return refus("Ce certificat a été annulé.", lien)


def peut_gerer_palmares(utilisateur: Personne) -> Verdict:
    return OUI if est_association(utilisateur) else refus_national(_RESERVE.format(verbe="gère le palmarès"))


def peut_publier(utilisateur: Personne, campagne: Campagne) -> Verdict:
    if not est_association(utilisateur):
        return refus_national(_RESERVE.format(verbe="publie les résultats"))
    return peut_franchir(campagne, campagnes.PUBLIER)


def peut_suivre_lot(utilisateur: Personne, lot: LotCertificats) -> Verdict:
    if est_association(utilisateur):
        return OUI
    return refus_national(_RESERVE.format(verbe="suit la production des certificats"))


def peut_reprendre_lot(utilisateur: Personne, lot: LotCertificats) -> Verdict:
    if lot.fini_le is not None:
        return refus("Ce lot est fini : tous ses certificats sont produits.")
    return peut_suivre_lot(utilisateur, lot)


def _corriger(utilisateur: Personne, certificat: Certificat, transition: Transition, verbe: str) -> Verdict:
    if not est_association(utilisateur):
        return refus_national(_RESERVE.format(verbe=verbe))
    return peut_franchir(certificat, transition)


def peut_reemettre(utilisateur: Personne, certificat: Certificat) -> Verdict:
    return _corriger(utilisateur, certificat, etats.REMPLACER, "réémet un certificat")


def peut_annuler(utilisateur: Personne, certificat: Certificat) -> Verdict:
    return _corriger(utilisateur, certificat, etats.ANNULER, "annule un certificat")


def peut_corriger(utilisateur: Personne, resultat: Resultat) -> Verdict:
    """Correct a published result: an erratum, with a motive."""
    if not est_association(utilisateur):
        return refus_national(_RESERVE.format(verbe="corrige un résultat"))
    if est_publiee(resultat.campagne):
        return OUI
    return refus("Ce résultat n’est pas publié : il n’y a rien à corriger.")


def presidence_du_jury() -> str:
    """Who signs the certificates, as text; empty when nobody presides the jury."""
    presidence = (
        Habilitation.objects.actives()
        .filter(role=Role.PRESIDENCE_JURY)
        .select_related("utilisateur")
        .order_by("-demandee_le")
        .first()
    )
    return str(presidence.utilisateur) if presidence else ""


def referents(collectivites: Iterable[int]) -> dict[int, list[str]]:
    """{collectivité: addresses of those who follow its dossier}, in one query."""
    adresses: dict[int, list[str]] = {}
    lignes = (
        Habilitation.objects.actives()
        .filter(role=Role.REFERENT, collectivite__in=collectivites)
        .order_by("utilisateur__email")
        .values_list("collectivite_id", "utilisateur__email")
    )
    for collectivite, adresse in lignes:
        assert collectivite is not None
        adresses.setdefault(collectivite, []).append(adresse)
    return adresses
