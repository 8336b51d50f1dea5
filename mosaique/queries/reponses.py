"""The answers of a mosaïque, and who is asked for them."""

from django.utils import timezone

from mosaique import calculs
from mosaique.models import EnjeuConfie, LienInvite, Mosaique, ReponseEnjeu
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu


def statuts_declares(reponse: ReponseEnjeu, enjeu: EnjeuLu) -> dict[str, str]:
    """{service code: status} for every service of the enjeu."""
    return {
        service.code: reponse.services.get(service.code, {}).get("statut") or calculs.NON_RENSEIGNE
        for service in enjeu.services
    }


def reponses_par_enjeu(mosaique: Mosaique) -> dict[int, ReponseEnjeu]:
    return {reponse.enjeu_id: reponse for reponse in mosaique.reponses.order_by("enjeu__position")}


def confies_a(mosaique: Mosaique) -> dict[int, Utilisateur]:
    """{enjeu key: who is in charge of it}."""
    en_cours = EnjeuConfie.objects.en_cours().filter(mosaique=mosaique).select_related("a")
    return {confie.enjeu_id: confie.a for confie in en_cours}


def demandes_par_lien(mosaique: Mosaique) -> dict[int, str]:
    """{enjeu key: what one waits for from somebody without an account, in words}."""
    vivants = LienInvite.objects.vivants(timezone.now()).filter(mosaique=mosaique)
    etats = vivants.order_by("reponse__etat").values_list("enjeu", "reponse__etat")  # null last: an answer says more
    mots: dict[int, str] = {}
    for enjeu, etat in etats:
        mots.setdefault(enjeu, "réponse à relire" if etat else "demandé par un lien")
    return mots
