"""What the eligible fiches of collectivités prove, in one statement.

In SQL: compiled by the ORM on each page of the mosaïque, the same query cost more than its running. The rule of
eligibility is ``ActionQuerySet.eligibles``; a test holds the two together.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from atlaas.etats import PUBLICS
from atlaas.models import EN_COURS, Stade, limite_d_eligibilite

PREUVES = """
WITH visees AS (
    SELECT s.id, s.code, e.code AS enjeu
    FROM referentiel_service s
    JOIN referentiel_enjeu e ON e.id = s.enjeu_id
    JOIN referentiel_famille f ON f.id = e.famille_id
    WHERE f.version_id = %(version)s
), valent AS (
    SELECT id AS etiquette, code, enjeu FROM visees
    UNION ALL
    SELECT q.from_service_id, v.code, v.enjeu
    FROM visees v JOIN referentiel_service_equivalents q ON q.to_service_id = v.id
), eligibles AS (
    SELECT a.id, a.collectivite_id, i.a_indicateur,
           i.a_indicateur OR a.lien <> '' AS est_evaluee,
           a.est_replicable AND a.contact <> '' AND (i.a_indicateur OR a.resultats <> '') AS est_replicable
    FROM atlaas_action a,
         LATERAL (SELECT a.indicateur_valeur IS NOT NULL AND a.indicateur_libelle <> '' AS a_indicateur) i
    WHERE a.collectivite_id = ANY(%(collectivites)s)
      AND a.etat = ANY(%(publics)s)
      AND (a.date_debut IS NULL OR a.date_debut <= %(au)s)
      AND ((a.date_fin IS NULL AND a.stade = ANY(%(en_cours)s))
           OR (a.date_fin > %(limite)s AND a.stade = ANY(%(finis)s)))
)
SELECT a.collectivite_id, v.enjeu, count(DISTINCT a.id),
       count(DISTINCT a.id) FILTER (WHERE a.a_indicateur),
       count(DISTINCT a.id) FILTER (WHERE a.est_replicable),
       array_agg(DISTINCT v.code),
       coalesce(array_agg(DISTINCT v.code) FILTER (WHERE a.est_evaluee), '{}')
FROM eligibles a
JOIN atlaas_action_services l ON l.action_id = a.id
JOIN valent v ON v.etiquette = l.service_id
GROUP BY a.collectivite_id, v.enjeu
"""


@dataclass(frozen=True, slots=True)
class Preuves:
    """What the eligible actions prove on one enjeu.

    ``services`` are the codes with an eligible action, ``services_evalues`` those where one has an indicator or a link.
    """

    nb_actions: int = 0
    nb_avec_indicateur: int = 0
    nb_replicables: int = 0
    services: frozenset[str] = frozenset()
    services_evalues: frozenset[str] = frozenset()


def lire(collectivites: Collection[int], au: date, version_pk: int) -> Iterator[tuple[int, str, Preuves]]:
    """(collectivité key, enjeu code, what is proved). A tag of another version counts for its equivalents in this one.

    An action carried by several collectivités proves for its owner only, who answers for what the fiche says.
    """
    parametres: dict[str, Any] = {
        "version": version_pk,
        "collectivites": list(collectivites),
        "au": au,
        "limite": limite_d_eligibilite(au),
        "publics": list(PUBLICS),
        "en_cours": list(EN_COURS),
        "finis": [*EN_COURS, Stade.ARRETEE],
    }
    with connection.cursor() as curseur:
        curseur.execute(PREUVES, parametres)
        for collectivite, enjeu, nb, avec_indicateur, replicables, codes, evalues in curseur:
            yield collectivite, enjeu, Preuves(nb, avec_indicateur, replicables, frozenset(codes), frozenset(evalues))
