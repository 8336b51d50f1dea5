"""Sow every commune of the country, their answers and their fiches, straight in SQL; the same world each time."""

import json
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from atlaas.interface import Action
from mosaique.models import Mosaique
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Version
from villes_internet.referentiel.queries import arbre
from villes_internet.territoires.models import Collectivite

VARIANTES = 64  # different answers to an enjeu, dealt among the communes
FICHES = 4  # by commune, three services each
MODELES = 120
REFERENCE = date(2101, 3, 31)

MOSAIQUES = """
INSERT INTO mosaique_mosaique (millesime, date_reference, indice, nb_renseignes, nb_manques, est_figee,
                               collectivite_id, version_id)
SELECT %s, %s, 0, 0, 0, false, id, %s FROM territoires_collectivite WHERE type = 'commune' ORDER BY id
"""
REPONSES = """
INSERT INTO mosaique_reponseenjeu (mosaique_id, enjeu_id, niveau, services, commentaire, numero_version,
                                   niveau_etaye, retenus, couverture, score, nb_actions, nb_en_place, nb_concernes)
SELECT m.id, v.enjeu, v.niveau, v.services, '', 1, 0, '{}', 0, 0, 0, 0, 0
FROM mosaique_mosaique m
JOIN unnest(%s::bigint[], %s::int[], %s::smallint[], %s::jsonb[]) v (enjeu, rang, niveau, services)
     ON v.rang = (m.id * 7 + v.enjeu * 13) %% %s
WHERE m.millesime = %s ORDER BY m.id, v.enjeu
"""
COPIER = """
INSERT INTO {actions} (collectivite_id, {champs})
SELECT c.id, {valeurs} FROM territoires_collectivite c CROSS JOIN generate_series(1, %s) k
JOIN {actions} a ON a.id = (%s::bigint[])[1 + (c.id * %s + k) %% %s] WHERE c.type = 'commune'
"""
ATTACHER = """
INSERT INTO {liens} (action_id, service_id)
SELECT a.id, (%s::bigint[])[1 + (a.id * 31 + k * 47) %% %s] FROM {actions} a, generate_series(1, 3) k
"""


def version_de_2027() -> Version:
    return Version.objects.filter(code="2027").first() or referentiel.publier(
        referentiel.importer_version(referentiel.charger_donnees("2027")), par=None, a=timezone.now()
    )


def semer_les_mosaiques(millesime: int, version: Version) -> int:
    """An open mosaïque for each commune, answered and never computed; how many."""
    alea = Random(millesime)  # noqa: S311 - the measure must be the same each time
    with connection.cursor() as curseur:
        curseur.execute(MOSAIQUES, [millesime, REFERENCE, version.pk])
        enjeux, rangs, niveaux, services = (list(c) for c in zip(*variantes(version, alea), strict=True))
        en_json = [json.dumps(s) for s in services]
        curseur.execute(REPONSES, [enjeux, rangs, niveaux, en_json, VARIANTES, millesime])
        curseur.execute("ANALYZE")
    return Mosaique.objects.filter(millesime=millesime).count()


def semer_les_fiches(version: Version) -> int:
    """``FICHES`` for each commune, dealt among models of them; how many."""
    communes = Collectivite.objects.filter(type="commune").order_by("pk")
    modeles = Action.objects.bulk_create(_fiche(communes[0], rang) for rang in range(MODELES))
    services = [service.pk for enjeu in arbre(version).enjeux for service in enjeu.services]
    propres = {"id", "collectivite_id"}
    champs = [f.column for f in Action._meta.concrete_fields if not f.generated and f.column not in propres]
    tables = {"liens": Action.services.through._meta.db_table, "actions": Action._meta.db_table}
    copier = COPIER.format(
        champs=", ".join(f'"{c}"' for c in champs), valeurs=", ".join(f'a."{c}"' for c in champs), **tables
    )
    with connection.cursor() as curseur:
        curseur.execute(copier, [FICHES, [m.pk for m in modeles], FICHES, MODELES])
        curseur.execute(ATTACHER.format(**tables), [services, len(services)])
        curseur.execute("ANALYZE")
    return FICHES * len(communes)


def _fiche(commune: Collectivite, rang: int) -> Action:
    """Some with an indicator, some replicable, some about to be too old."""
    mesuree = {"indicateur_libelle": "usages", "indicateur_valeur": 100} if rang % 3 == 0 else {}
    replicable = {"est_replicable": True, "contact": "Mairie", "resultats": "Tenu."} if rang % 5 == 0 else {}
    finie = {"date_fin": REFERENCE - timedelta(days=715)} if rang % 8 == 0 else {}
    valeurs: dict[str, Any] = {"titre": f"Fiche {rang}", "slug": "fiche", **mesuree, **replicable, **finie}
    return Action(collectivite=commune, etat="publiee", **valeurs)


def donner_des_fiches(commune: Collectivite, nb: int, version: Version) -> None:
    """Each on one service of the référentiel."""
    services = [service.pk for enjeu in arbre(version).enjeux for service in enjeu.services]
    liens = Action.services.through
    fiches = Action.objects.bulk_create(_fiche(commune, rang) for rang in range(nb))
    liens.objects.bulk_create(
        liens(action_id=fiche.pk, service_id=services[fiche.pk * 47 % len(services)]) for fiche in fiches
    )


def variantes(
    version: Version, alea: Random, nb: int = VARIANTES
) -> list[tuple[int, int, int | None, dict[str, dict[str, str]]]]:
    """(enjeu key, rank, level, services): every status and level of the scale, ``nb`` for each enjeu."""
    statuts = [statut["code"] for statut in version.bareme["statuts"]]
    return [
        (
            enjeu.pk,
            rang,
            alea.choice([None, 0, 1, 2, 3, 4]),
            {s.code: {"statut": alea.choice(statuts), "echeance": "", "motif": "EPCI"} for s in enjeu.services},
        )
        for enjeu in arbre(version).enjeux
        for rang in range(nb)
    ]
