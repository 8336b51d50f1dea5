"""An enjeu is entrusted to a colleague, and taken back."""

from datetime import datetime

from django.db import transaction

from mosaique.models import EnjeuConfie, Mosaique
from mosaique.partage import courriels
from mosaique.partage.actions.verrou import PartageRefuse, verrouiller
from mosaique.permissions import REDACTION
from villes_internet.comptes.models import Utilisateur
from villes_internet.comptes.permissions import roles_de
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.socle.journal import consigner


@transaction.atomic
def confier(mosaique: Mosaique, enjeu: EnjeuLu, a: Utilisateur, *, par: Utilisateur, le: datetime) -> EnjeuConfie:
    """Say who is in charge of the enjeu, in place of whoever was; both are told by e-mail."""
    verrouiller(mosaique)
    if not roles_de(a, mosaique.collectivite_id) & REDACTION:
        raise PartageRefuse(f"{a} ne peut pas remplir la mosaïque : donnez-lui d’abord le rôle de contributeur.")
    ancien = _en_cours(mosaique, enjeu)
    if ancien and ancien.a == a:
        return ancien
    if ancien:
        _clore(ancien, par=par, le=le)
    nouveau = EnjeuConfie.objects.create(mosaique=mosaique, enjeu_id=enjeu.pk, a=a, par=par, le=le)
    consigner(nouveau, "confier l’enjeu", par=par, donnees={"a": a.pk})
    if a != par:
        courriels.enjeu_confie(nouveau)
    return nouveau


@transaction.atomic
def reprendre(mosaique: Mosaique, enjeu: EnjeuLu, *, par: Utilisateur, le: datetime) -> EnjeuConfie | None:
    """Nobody in particular is in charge any more; None where nobody was."""
    verrouiller(mosaique)
    confie = _en_cours(mosaique, enjeu)
    if confie:
        _clore(confie, par=par, le=le)
    return confie


def _en_cours(mosaique: Mosaique, enjeu: EnjeuLu) -> EnjeuConfie | None:
    en_cours = EnjeuConfie.objects.en_cours().filter(mosaique=mosaique, enjeu=enjeu.pk)
    return en_cours.select_related("a", "enjeu", "mosaique__collectivite").first()


def _clore(confie: EnjeuConfie, *, par: Utilisateur, le: datetime) -> None:
    confie.repris_le = le
    confie.save(update_fields=["repris_le"])
    consigner(confie, "reprendre l’enjeu", par=par, donnees={"a": confie.a_id})
    if confie.a != par:
        courriels.enjeu_repris(confie, par)
