"""A mosaïque that begins takes the answers of the last one, each to be confirmed."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from mosaique import actions as coeur
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.partage.actions.verrou import verrouiller
from mosaique.partage.queries.reprise import a_reprendre
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Version
from villes_internet.socle.journal import consigner
from villes_internet.territoires.models import Collectivite


@transaction.atomic
def ouvrir(
    collectivite: Collectivite, millesime: int, version: Version, date_reference: date, par: Utilisateur | None
) -> Mosaique:
    """The mosaïque of the year; a new one holds the answers of the latest earlier one, « à confirmer »."""
    existante = Mosaique.objects.filter(collectivite=collectivite, millesime=millesime).first()
    if existante:
        return existante
    mosaique = coeur.ouvrir(collectivite, millesime, version, date_reference, par)
    reprises = a_reprendre(mosaique)
    if reprises:
        nouvelles = list(mosaique.reponses.filter(enjeu__in=reprises))
        for reponse in nouvelles:
            ancienne = reprises[reponse.enjeu_id]
            reponse.niveau, reponse.services = ancienne.niveau, ancienne.services
            reponse.commentaire, reponse.est_a_confirmer = ancienne.commentaire, True
        ReponseEnjeu.objects.bulk_update(nouvelles, ["niveau", "services", "commentaire", "est_a_confirmer"])
        coeur.recalculer(mosaique)
        consigner(mosaique, "reprendre les réponses", par=par, donnees={"nb": len(nouvelles)})
    return mosaique


@transaction.atomic
def confirmer(mosaique: Mosaique, enjeux: Collection[int], *, par: Utilisateur, a: datetime) -> int:
    """Say that the answers taken over still hold, {enjeu keys}; how many waited for it."""
    verrouiller(mosaique)
    en_attente = list(mosaique.reponses.filter(enjeu__in=enjeux, est_a_confirmer=True))
    for reponse in en_attente:
        reponse.est_a_confirmer = False
        reponse.numero_version += 1
        reponse.modifie_le, reponse.modifie_par = a, par
    champs = ["est_a_confirmer", "numero_version", "modifie_le", "modifie_par"]
    ReponseEnjeu.objects.bulk_update(en_attente, champs)
    if en_attente:
        coeur.recalculer(mosaique)
        consigner(mosaique, "confirmer des réponses", par=par, donnees={"enjeux": [r.enjeu_id for r in en_attente]})
    return len(en_attente)
