"""Builders of the mosaïque, through the real actions."""

from datetime import date

from mosaique import actions
from mosaique.models import Mosaique, ReponseEnjeu
from tests.factories import ground
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.models import Enjeu
from villes_internet.territoires.models import Collectivite

REFERENCE = date(2027, 3, 31)


def mosaique(collectivite: Collectivite, millesime: int = 2027, date_reference: date = REFERENCE) -> Mosaique:
    return actions.ouvrir(collectivite, millesime, ground.version_publiee(), date_reference, None)


def enjeu(mosaique_: Mosaique, code: str) -> Enjeu:
    return Enjeu.objects.get(famille__version=mosaique_.version, code=code)


def repondre(
    mosaique_: Mosaique,
    code: str,
    niveau: int | None,
    statuts: list[str] | None = None,
    *,
    commentaire: str = "",
    par: Utilisateur | None = None,
) -> ReponseEnjeu:
    """Answer the enjeu ``code``; ``statuts`` gives the status of its services in order (all "pas_fait" unless told)."""
    services = {
        f"{code}.{rang}": {
            "statut": statut,
            "echeance": "",
            "motif": "Compétence de l’EPCI" if "non_c" in statut else "",
        }
        for rang, statut in enumerate(statuts or ["pas_fait"] * 7, start=1)
    }
    cible = enjeu(mosaique_, code)
    return actions.enregistrer_reponse(
        mosaique_,
        cible,
        niveau=niveau,
        services=services,
        commentaire=commentaire,
        numero_version=mosaique_.reponses.get(enjeu=cible).numero_version,
        par=par,
    )


def remplir(mosaique_: Mosaique, niveau: int = 1) -> Mosaique:
    """Answer every enjeu at ``niveau``, all services "pas fait"."""
    for e in Enjeu.objects.filter(famille__version=mosaique_.version):
        repondre(mosaique_, e.code, niveau)
    mosaique_.refresh_from_db()
    return mosaique_
