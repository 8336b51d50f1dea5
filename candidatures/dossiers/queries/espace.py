"""The space of a collectivité: its dossier, its team, the next thing to do."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from candidatures.campagnes.etats import EtatCampagne
from candidatures.campagnes.models import Campagne
from candidatures.dossiers.etats import EtatDossier
from candidatures.dossiers.models import Dossier, Etape
from candidatures.dossiers.queries.saisie import chargees
from villes_internet.comptes.models import Habilitation
from villes_internet.socle.models import Evenement
from villes_internet.socle.templatetags.typographie import date_heure, pluriel
from villes_internet.territoires.models import Collectivite

AVANT_DEPOT = (EtatDossier.BROUILLON, EtatDossier.EN_VALIDATION, EtatDossier.APPROUVE)


def dossier_de(collectivite: Collectivite, campagne: Campagne | None) -> Dossier | None:
    return chargees(Dossier.objects.filter(collectivite=collectivite, campagne=campagne)).first() if campagne else None


def equipe_de(collectivite: Collectivite) -> QuerySet[Habilitation]:
    return (
        Habilitation.objects.actives()
        .filter(collectivite=collectivite)
        .select_related("utilisateur")
        .order_by("role", "utilisateur__cle_alphabetique", "pk")
    )


@dataclass(frozen=True, slots=True)
class ProchainPas:
    """The next thing to do, by whom, and where; ``url`` is empty when there is nothing to press."""

    phrase: str
    qui: str
    url: str = ""
    bouton: str = ""


def reste_a_deposer(dossier: Dossier) -> bool:
    """Not deposited, and the campaign still takes it."""
    return dossier.etat in AVANT_DEPOT and dossier.campagne.etat == EtatCampagne.OUVERTE


def prochain_pas(dossier: Dossier, nb_manques: int) -> ProchainPas:
    if dossier.etat in AVANT_DEPOT and not reste_a_deposer(dossier):
        cloture = date_heure(dossier.campagne.cloture_le)
        return ProchainPas(
            f"La campagne est close depuis le {cloture} : ce dossier n’a pas été déposé, il reste à lire ici.",
            "",
            reverse("dossiers:etape", args=[dossier.pk, Etape.RELECTURE]),
            "Relire le dossier",
        )
    depot = reverse("dossiers:etape", args=[dossier.pk, Etape.DEPOT])
    conduite = "le référent ou le signataire"
    if dossier.etat == EtatDossier.BROUILLON and nb_manques:
        reste = pluriel(nb_manques, "point à renseigner,points à renseigner")
        return ProchainPas(
            f"Compléter le dossier : {reste}.", "toute l’équipe", dossier.get_absolute_url(), "Continuer"
        )
    if dossier.etat == EtatDossier.BROUILLON:
        return ProchainPas(
            "Le dossier est complet : demandez l’approbation.", conduite, depot, "Demander l’approbation"
        )
    if dossier.etat == EtatDossier.EN_VALIDATION:
        return ProchainPas("Relire et approuver le dossier.", "le signataire", depot, "Relire et approuver")
    if dossier.etat == EtatDossier.APPROUVE:
        return ProchainPas("Déposer le dossier approuvé.", conduite, depot, "Déposer")
    return ProchainPas(_APRES.get(dossier.etat, "Le dossier est lu par le jury."), "", depot, "Voir le dépôt")


_APRES: dict[str, str] = {
    EtatDossier.DEPOSE: "Le dossier est déposé : vous n’avez plus rien à faire.",
    EtatDossier.IRRECEVABLE: "Le dossier a été déclaré irrecevable : le motif est dans son historique.",
    EtatDossier.RETIRE: "Le dossier a été retiré de la campagne.",
    EtatDossier.PUBLIE: "Les résultats sont publiés.",
}


def historique(dossier: Dossier) -> QuerySet[Evenement]:
    """Who did what and when; the twenty latest."""
    return Evenement.objects.de(dossier).recents()[:20]
