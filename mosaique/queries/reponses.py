"""The answers of a mosaïque: as rows, and as the tiles read them."""

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from mosaique import calculs
from mosaique.etats import EtatReponseInvitee
from mosaique.models import Mosaique, ReponseEnjeu
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel.queries import EnjeuLu

LIGNES = """
SELECT k.enjeu_id, r.niveau, r.services, r.est_a_confirmer, r.niveau_etaye, r.couverture, r.score, r.nb_actions,
       r.nb_en_place, r.nb_concernes, passee.score, u.id, u.first_name, u.last_name, u.email, d.est_a_relire,
       avant.version_id
FROM unnest(%(enjeux)s::bigint[]) k (enjeu_id)
LEFT JOIN mosaique_reponseenjeu r ON r.mosaique_id = %(mosaique)s AND r.enjeu_id = k.enjeu_id
LEFT JOIN mosaique_mosaique avant ON avant.collectivite_id = %(collectivite)s AND avant.millesime = %(annee_passee)s
LEFT JOIN mosaique_reponseenjeu passee ON passee.mosaique_id = avant.id AND passee.enjeu_id = k.enjeu_id
LEFT JOIN mosaique_enjeuconfie c
     ON c.mosaique_id = %(mosaique)s AND c.enjeu_id = k.enjeu_id AND c.repris_le IS NULL
LEFT JOIN comptes_utilisateur u ON u.id = c.a_id
LEFT JOIN (
    SELECT l.enjeu_id, bool_or(i.id IS NOT NULL) AS est_a_relire
    FROM mosaique_lieninvite l LEFT JOIN mosaique_reponseinvitee i ON i.lien_id = l.id
    WHERE l.mosaique_id = %(mosaique)s
      AND ((i.id IS NULL AND l.revoque_le IS NULL AND l.expire_le > %(a)s) OR i.etat = %(a_relire)s)
    GROUP BY l.enjeu_id
) d ON d.enjeu_id = k.enjeu_id
"""
DEMANDES = {None: "", False: "demandé par un lien", True: "réponse à relire"}


def statuts_declares(reponse: ReponseEnjeu, enjeu: EnjeuLu) -> dict[str, str]:
    """{service code: status} for every service of the enjeu."""
    return statuts_de(reponse.services, enjeu)


def statuts_de(services: Mapping[str, Mapping[str, str]], enjeu: EnjeuLu) -> dict[str, str]:
    """The same from what ``ReponseEnjeu.services`` holds."""
    return {
        service.code: services.get(service.code, {}).get("statut") or calculs.NON_RENSEIGNE
        for service in enjeu.services
    }


def reponses_par_enjeu(mosaique: Mosaique) -> dict[int, ReponseEnjeu]:
    """{enjeu key: its answer}, in order; one query."""
    return {reponse.enjeu_id: reponse for reponse in mosaique.reponses.order_by("enjeu__position")}


class Ligne(NamedTuple):
    """An enjeu of a mosaïque: what is answered, the figures as they were last stored, last year's score, who is in
    charge, and what one waits for from somebody without an account, in words.

    ``version_passee``: the version of last year's mosaïque (None without one); ``score_passe`` is None in another one.
    """

    niveau: int | None
    services: Mapping[str, Mapping[str, str]]
    est_a_confirmer: bool
    niveau_etaye: int
    couverture: Decimal
    score: Decimal
    nb_actions: int
    nb_en_place: int
    nb_concernes: int | None
    score_passe: Decimal | None
    confie_a: Utilisateur | None
    demande: str
    version_passee: int | None


def lignes(mosaique: Mosaique, enjeux: Collection[int]) -> dict[int, Ligne]:
    """{enjeu key: its line}, for each of ``enjeux``; one query.

    In SQL: compiled by the ORM on each page, the four queries that it replaces cost more than their running. The rules
    are ``EnjeuConfieQuerySet.en_cours`` and ``LienInviteQuerySet.vivants``.
    """
    parametres: dict[str, Any] = {
        "enjeux": list(enjeux),
        "mosaique": mosaique.pk,
        "collectivite": mosaique.collectivite_id,
        "annee_passee": mosaique.millesime - 1,
        "a": timezone.now(),
        "a_relire": EtatReponseInvitee.A_RELIRE.value,
    }
    with connection.cursor() as curseur:
        curseur.execute(LIGNES, parametres)
        return {enjeu: _ligne(*valeurs) for enjeu, *valeurs in curseur}


def _ligne(
    niveau: int | None,
    services: str | None,
    est_a_confirmer: bool | None,
    niveau_etaye: int | None,
    couverture: Decimal | None,
    score: Decimal | None,
    nb_actions: int | None,
    nb_en_place: int | None,
    nb_concernes: int | None,
    score_passe: Decimal | None,
    qui: int | None,
    prenom: str,
    nom: str,
    courriel: str,
    est_a_relire: bool | None,
    version_passee: int | None,
) -> Ligne:
    return Ligne(
        niveau=niveau,
        services=json.loads(services) if services else {},
        est_a_confirmer=bool(est_a_confirmer),
        niveau_etaye=niveau_etaye or 0,
        couverture=couverture or Decimal(0),
        score=score or Decimal(0),
        nb_actions=nb_actions or 0,
        nb_en_place=nb_en_place or 0,
        nb_concernes=nb_concernes,
        score_passe=score_passe,
        confie_a=Utilisateur(pk=qui, first_name=prenom, last_name=nom, email=courriel) if qui else None,
        demande=DEMANDES[est_a_relire],
        version_passee=version_passee,
    )
