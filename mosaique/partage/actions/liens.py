"""A link to one enjeu, for somebody without an account: sent, answered, revoked, and its answer read again."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from mosaique.actions import Saisie, enregistrer_reponse, services_connus
from mosaique.etats import ACCEPTER, ECARTER, EtatReponseInvitee
from mosaique.models import LienInvite, Mosaique, ReponseEnjeu, ReponseInvitee
from mosaique.partage import courriels
from mosaique.partage.actions.verrou import PartageRefuse, verrouiller
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu
from villes_internet.socle.journal import consigner
from villes_internet.socle.transitions import franchir
from villes_internet.socle.versions import VersionPerimee

DUREE = timedelta(days=14)


def empreinte(jeton: str) -> str:
    return hashlib.sha256(jeton.encode()).hexdigest()


@transaction.atomic
def inviter(
    mosaique: Mosaique, enjeu: EnjeuLu, courriel: str, *, message: str = "", par: Utilisateur, a: datetime
) -> LienInvite:
    """Send a link to one enjeu, for 14 days; it replaces an older one to the same address."""
    verrouiller(mosaique)
    courriel = courriel.strip().lower()
    for ancien in LienInvite.objects.vivants(a).filter(mosaique=mosaique, enjeu=enjeu.pk, courriel=courriel):
        if ancien.est_ouvert(a):
            _clore(ancien, par=par, a=a)
    jeton = secrets.token_urlsafe(32)
    lien = LienInvite.objects.create(
        mosaique=mosaique,
        enjeu_id=enjeu.pk,
        courriel=courriel,
        message=message,
        empreinte_jeton=empreinte(jeton),
        cree_par=par,
        cree_le=a,
        expire_le=a + DUREE,
    )
    consigner(lien, "envoyer un lien", par=par, donnees={"courriel": courriel})
    courriels.lien_invite(lien, settings.ADRESSE_PUBLIQUE + reverse("mosaique:repondre", args=[jeton]))
    return lien


def _clore(lien: LienInvite, *, par: Utilisateur, a: datetime) -> None:
    lien.revoque_le = a
    lien.save(update_fields=["revoque_le"])
    consigner(lien, "révoquer le lien", par=par)


@transaction.atomic
def revoquer(lien: LienInvite, *, par: Utilisateur, a: datetime) -> LienInvite:
    """The link opens nothing any more; an answer already given stays to be read again."""
    verrouille = _verrouiller(lien)
    if verrouille.revoque_le is None:
        _clore(verrouille, par=par, a=a)
    return verrouille


def _verrouiller(lien: LienInvite) -> LienInvite:
    liens = LienInvite.objects.select_for_update(of=("self",))
    return liens.select_related("mosaique__collectivite", "mosaique__version", "enjeu", "cree_par").get(pk=lien.pk)


def reponse_de(lien: LienInvite) -> ReponseInvitee | None:
    """The guest's answer as it stands; one query."""
    return ReponseInvitee.objects.filter(lien=lien).first()


def obstacle(lien: LienInvite, reponse: ReponseInvitee | None, a: datetime) -> str:
    """Why the link does not open the enjeu any more, in a sentence; "" when it does."""
    if reponse and reponse.etat != EtatReponseInvitee.A_RELIRE:
        return f"Votre réponse a été relue par {lien.mosaique.collectivite} : merci. Ce lien a fini de servir."
    if lien.revoque_le is not None:
        return (
            "Ce lien a été annulé par la collectivité, ou remplacé par un plus récent. "
            "Regardez si vous en avez reçu un autre."
        )
    if a >= lien.expire_le:
        fin = date_format(localtime(lien.expire_le), "j F Y")
        return f"Ce lien a expiré le {fin} : il valait quatorze jours. Demandez-en un autre à {lien.cree_par}."
    if lien.mosaique.est_figee:
        return "La mosaïque est figée : le dossier de la collectivité est déposé, les réponses ne changent plus."
    return ""


@transaction.atomic
def enregistrer(lien: LienInvite, saisie: Saisie, *, a: datetime, terminee: bool = False) -> ReponseInvitee:
    """Keep the guest's answer apart from the one that counts. ``terminee``: the référent is told, once.

    Raises ``PartageRefuse`` when the link is closed, ``VersionPerimee`` as for any answer.
    """
    lien = _verrouiller(lien)
    reponse = reponse_de(lien)
    motif = obstacle(lien, reponse, a)
    if motif:
        raise PartageRefuse(motif)
    reponse = reponse or ReponseInvitee(lien=lien)
    if reponse.numero_version != saisie.numero_version:
        raise VersionPerimee(reponse)
    reponse.niveau, reponse.commentaire = saisie.niveau, saisie.commentaire
    reponse.services = services_connus(lien.mosaique, lien.enjeu_id, saisie.services)
    reponse.numero_version += 1
    reponse.modifie_le = a
    reponse.save()
    consigner(lien, "répondre par le lien", par=None, donnees={"version": reponse.numero_version})
    if terminee and lien.termine_le is None:
        lien.termine_le = a
        lien.save(update_fields=["termine_le"])
        courriels.reponse_a_relire(lien)
    return reponse


@transaction.atomic
def accepter(lien: LienInvite, saisie: Saisie, version_invitee: int, *, par: Utilisateur, a: datetime) -> ReponseEnjeu:
    """Make ``saisie``, chosen field by field between the two answers, the one that counts; the link closes.

    ``version_invitee`` is the guest's answer that the référent was reading. Raises ``VersionPerimee`` when one of the
    two answers changed since.
    """
    verrouille = _verrouiller(lien)
    reponse = reponse_de(verrouille)
    if reponse is None or reponse.numero_version != version_invitee:
        raise VersionPerimee(reponse)
    franchir(reponse, ACCEPTER, par=par)
    acceptee = enregistrer_reponse(
        verrouille.mosaique,
        verrouille.enjeu_id,
        niveau=saisie.niveau,
        services=saisie.services,
        commentaire=saisie.commentaire,
        numero_version=saisie.numero_version,
        par=par,
        a=a,
    )
    verrouille.reponse = reponse
    courriels.reponse_relue(verrouille, par)
    return acceptee


@transaction.atomic
def ecarter(lien: LienInvite, *, motif: str, par: Utilisateur) -> ReponseInvitee:
    """Leave the guest's answer aside, with a word for them; the link closes."""
    verrouille = _verrouiller(lien)
    reponse = reponse_de(verrouille)
    if reponse is None:
        raise PartageRefuse("Aucune réponse n’a été donnée par ce lien.")
    verrouiller(verrouille.mosaique)
    franchir(reponse, ECARTER, par=par, motif=motif)
    verrouille.reponse = reponse
    courriels.reponse_relue(verrouille, par, motif)
    return reponse
