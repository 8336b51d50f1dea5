"""Builders of results: decided dossiers, published campaigns, certificates with their files."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne, Mention
from candidatures.dossiers import actions as dossiers
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier
from candidatures.jury.models import Decision
from candidatures.palmares import actions
from candidatures.palmares.models import Certificat, Resultat
from tests.factories import ground
from villes_internet.comptes.models import Role, Utilisateur
from villes_internet.territoires.models import Collectivite


def campagne_close(annee: int = 2027) -> Campagne:
    """Closed yesterday, being judged."""
    campagne = ground.campagne(annee, cloture_le=timezone.now() - timedelta(days=1))
    campagnes.clore(campagne, par=None, a=timezone.now())
    return campagnes.evaluer(campagne, par=None)


def decider(
    campagne: Campagne,
    collectivite: Collectivite,
    arobases: int = 4,
    mentions: Sequence[str] = (),
    *,
    par: Utilisateur | None = None,
) -> Decision:
    """A dossier that the jury has decided; what happened before the decision is left out."""
    par = par or ground.utilisateur("Paule")
    etat_campagne = campagne.etat
    Campagne.objects.filter(pk=campagne.pk).update(etat=EtatCampagne.OUVERTE, cloture_le=timezone.now() + timedelta(1))
    campagne.refresh_from_db()
    dossier = dossiers.creer_dossier(campagne, collectivite, par=par)
    Campagne.objects.filter(pk=campagne.pk).update(etat=etat_campagne, cloture_le=timezone.now() - timedelta(1))
    campagne.refresh_from_db()
    Dossier.objects.filter(pk=dossier.pk).update(etat=EtatDossier.DELIBERE)
    decision = Decision.objects.create(
        dossier=dossier, arobases=arobases, decidee_le=timezone.now(), decidee_par=par, proposition=arobases
    )
    decision.mentions.set(Mention.objects.filter(campagne=campagne, code__in=mentions))
    return decision


def arreter(campagne: Campagne) -> Campagne:
    campagnes.deliberer(campagne, par=None)
    return campagnes.arreter(campagne, par=None)


def campagne_arretee(*villes: Collectivite, annee: int = 2027) -> Campagne:
    """Settled and under embargo; each town has 4 arobases of which one green, and two mentions."""
    campagne = campagne_close(annee)
    for ville in villes:
        decider(campagne, ville, 4, ["transition-ecologique", "democratie-locale"])
    return arreter(campagne)


def archives(annee: int, *villes: Collectivite, arobases: int = 3) -> Campagne:
    """A past campaign whose results have no dossier, settled and not yet published."""
    campagne = campagne_close(annee)
    for ville in villes:
        actions.inscrire_resultat(campagne, ville, arobases=arobases, par=None)
    return arreter(campagne)


def campagne_publiee(*villes: Collectivite, annee: int = 2027) -> Campagne:
    """Published, its certificates with their files."""
    campagne = campagne_arretee(*villes, annee=annee)
    lot = actions.publier_resultats(campagne, par=None)
    while lot and actions.produire_suivants(lot):
        pass
    return campagne


def certificat(ville: Collectivite, annee: int = 2027) -> Certificat:
    """The certificate in force of a town, in a published campaign."""
    resultat = Resultat.objects.filter(collectivite=ville, campagne__annee=annee).first()
    if resultat is None:
        campagne_publiee(ville, annee=annee)
    return Certificat.objects.select_related("resultat__campagne").get(
        resultat__collectivite=ville, resultat__campagne__annee=annee, etat="valable"
    )


def presidence(prenom: str = "Paule") -> Utilisateur:
    return ground.habiliter(ground.utilisateur(prenom), Role.PRESIDENCE_JURY)
