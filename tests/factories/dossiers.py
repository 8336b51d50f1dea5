"""Builders of dossiers; traits go through the real actions."""

from typing import Any

from django.utils import timezone

from atlaas import interface as atlaas
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions
from candidatures.dossiers.etapes import OBLIGATOIRES_PHARE
from candidatures.dossiers.models import Dossier
from mosaique import interface as mosaique
from tests.factories import ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.referentiel.models import Service
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite

REPONSES: dict[str, dict[str, Any]] = {
    "collectivite": {"site": "https://www.ville-bassens.fr", "presentation": "Une ville de 7 500 habitants."},
    "equipe": {
        "referent_nom": "Alice Martin",
        "referent_fonction": "Directrice du numérique",
        "referent_courriel": "alice@example.org",
        "signataire_nom": "Simon Martin",
        "signataire_fonction": "Maire",
    },
    "lettre": {
        "mode": "redigee",
        "texte": "Le numérique doit rester accessible à chacun.",
        "maire_nom": "Simon Martin",
        "maire_fonction": "Maire",
        "engagements": ["voie_humaine"],
    },
}


def auteur(collectivite: Collectivite) -> Utilisateur:
    return ground.habiliter(ground.utilisateur("Rose"), Role.REFERENT, collectivite)


def fiche(collectivite: Collectivite, titre: str = "Guichet numérique", *, publiee: bool = True) -> Any:
    par = auteur(collectivite)
    action = atlaas.creer_action(
        collectivite,
        par=par,
        titre=titre,
        resume="Les démarches en un seul lieu.",
        description="Un guichet, des agents formés, des démarches suivies.",
        services=[Service.objects.order_by("pk").first()],
        stade="en_service",
        date_debut=timezone.localdate().replace(day=1),
    )
    return atlaas.publier_action(action, par=par) if publiee else action


def remplir_mosaique(dossier: Dossier) -> None:
    """Every enjeu at level 1, every service in place."""
    version = dossier.mosaique.version
    statut = next(s["code"] for s in version.bareme["statuts"] if s["code"] not in {"non_renseigne", "non_concerne"})
    services = {
        enjeu.pk: {s.code: {"statut": statut, "echeance": "", "motif": ""} for s in enjeu.services}
        for enjeu in arbre(version).enjeux
    }
    reponses = list(dossier.mosaique.reponses.all())
    for reponse in reponses:
        reponse.niveau, reponse.est_a_confirmer = 1, False
        reponse.services = services[reponse.enjeu_id]
    champs = ["niveau", "est_a_confirmer", "services"]
    dossier.mosaique.reponses.bulk_create(reponses, update_conflicts=True, update_fields=champs, unique_fields=["id"])
    mosaique.recalculer(dossier.mosaique)


def dossier(collectivite: Collectivite, campagne: Campagne | None = None, *, etat: str = "brouillon") -> Dossier:
    """A draft; "complet" answers everything mandatory; then en_validation, approuve, depose, and retire."""
    par = auteur(collectivite)
    nouveau = actions.creer_dossier(campagne or ground.campagne(), collectivite, par=par)
    if etat == "brouillon":
        return nouveau
    completer(nouveau, par)
    if etat == "complet":
        return nouveau
    actions.demander_approbation(nouveau, par=par)
    if etat == "en_validation":
        return nouveau
    actions.approuver(nouveau, par=par)
    if etat == "approuve":
        return nouveau
    return actions.deposer(nouveau, par=par)


def dossier_passe(collectivite: Collectivite, *fiches: Any, annee: int = 2026) -> Dossier:
    """Deposited in an earlier campaign, with these fiches, then three flagships "Action 1", "Action 2", "Action 3"."""
    par = auteur(collectivite)
    passe = actions.creer_dossier(ground.campagne(annee), collectivite, par=par)
    actions.remplir(passe, {"actions": {"actions": [str(f.pk) for f in fiches]}}, par=par)
    completer(passe, par)
    actions.demander_approbation(passe, par=par)
    actions.approuver(passe, par=par)
    return actions.deposer(passe, par=par)


def completer(dossier: Dossier, par: Utilisateur) -> None:
    for etape, donnees in REPONSES.items():
        actions.enregistrer_section(dossier, etape, donnees, 0, par=par)
    recit = dict.fromkeys(OBLIGATOIRES_PHARE, "Un texte.")
    for rang in range(1, 4):
        actions.presenter_action(dossier, fiche(dossier.collectivite, f"Action {rang}"), par=par, phare=recit)
    remplir_mosaique(dossier)
