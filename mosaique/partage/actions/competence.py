"""A commune says that services are its intercommunalité's."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from mosaique import calculs
from mosaique.actions import enregistrer_reponse
from mosaique.models import Mosaique, ReponseEnjeu
from mosaique.partage.actions.verrou import PartageRefuse, verrouiller
from mosaique.partage.queries.competence import competence_de
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu


@transaction.atomic
def accepter_competence(
    mosaique: Mosaique, enjeu: EnjeuLu, codes: Collection[str], *, par: Utilisateur, a: datetime
) -> ReponseEnjeu:
    """Set the chosen services among those proposed as « non concerné », with the motive that names the carrier."""
    verrouiller(mosaique)
    reponse = mosaique.reponses.get(enjeu=enjeu.pk)
    competence = competence_de(mosaique, enjeu, reponse)
    if competence is None:
        raise PartageRefuse("Il n’y a plus rien à proposer sur cet enjeu.")
    choisis = [service.code for service in competence.services if service.code in codes]
    if not choisis:
        raise PartageRefuse("Choisissez au moins un service.")
    if len(choisis) > competence.places:
        raise PartageRefuse(f"Choisissez au plus {competence.places} services : les autres doivent être renseignés.")
    ecarte = {"statut": calculs.NON_CONCERNE, "echeance": "", "motif": competence.motif}
    return enregistrer_reponse(
        mosaique,
        enjeu.pk,
        niveau=reponse.niveau,
        services=reponse.services | dict.fromkeys(choisis, ecarte),
        commentaire=reponse.commentaire,
        numero_version=reponse.numero_version,
        par=par,
        a=a,
    )
