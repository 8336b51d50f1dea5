"""The answers of a mosaïque, and who is asked for them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from mosaique import calculs
from mosaique.etats import EtatReponseInvitee
from mosaique.models import Mosaique, ReponseEnjeu
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu

CHARGES = """
SELECT c.enjeu_id, u.id, u.first_name, u.last_name, u.email, false AS est_a_relire
FROM mosaique_enjeuconfie c JOIN comptes_utilisateur u ON u.id = c.a_id
WHERE c.mosaique_id = %(mosaique)s AND c.repris_le IS NULL
UNION ALL
SELECT l.enjeu_id, NULL, NULL, NULL, NULL, bool_or(r.id IS NOT NULL)
FROM mosaique_lieninvite l LEFT JOIN mosaique_reponseinvitee r ON r.lien_id = l.id
WHERE l.mosaique_id = %(mosaique)s
  AND ((r.id IS NULL AND l.revoque_le IS NULL AND l.expire_le > %(a)s) OR r.etat = %(a_relire)s)
GROUP BY l.enjeu_id
"""


def statuts_declares(reponse: ReponseEnjeu, enjeu: EnjeuLu) -> dict[str, str]:
    """{service code: status} for every service of the enjeu."""
    return {
        service.code: reponse.services.get(service.code, {}).get("statut") or calculs.NON_RENSEIGNE
        for service in enjeu.services
    }


def reponses_par_enjeu(mosaique: Mosaique, champs: Iterable[str] | None = None) -> dict[int, ReponseEnjeu]:
    """{enjeu key: its answer}, in order with every field, or in no order with those of ``champs`` only; one query."""
    lues = mosaique.reponses.order_by("enjeu__position")
    if champs is not None:
        lues = mosaique.reponses.order_by().only("mosaique_id", *champs)
    return {reponse.enjeu_id: reponse for reponse in lues}


class Charges(NamedTuple):
    """Of the enjeux, by key: who is in charge; what one waits for from somebody without an account, in words."""

    confies: dict[int, Utilisateur]
    demandes: dict[int, str]


def charges(mosaique: Mosaique) -> Charges:
    """One query, in SQL: compiled by the ORM on each page, the two of it cost more than their running.

    The rules are ``EnjeuConfieQuerySet.en_cours`` and ``LienInviteQuerySet.vivants``.
    """
    lues = Charges({}, {})
    parametres: dict[str, Any] = {
        "mosaique": mosaique.pk,
        "a": timezone.now(),
        "a_relire": EtatReponseInvitee.A_RELIRE.value,
    }
    with connection.cursor() as curseur:
        curseur.execute(CHARGES, parametres)
        for enjeu, qui, prenom, nom, courriel, est_a_relire in curseur:
            if qui is not None:
                lues.confies[enjeu] = Utilisateur(pk=qui, first_name=prenom, last_name=nom, email=courriel)
            else:
                lues.demandes[enjeu] = "réponse à relire" if est_a_relire else "demandé par un lien"
    return lues
