"""Sow a large campaign in bulk, straight in SQL: the only place that does not go through the actions."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from django.db import connection
from django.utils import timezone

from candidatures.campagnes import actions as campagnes
from candidatures.campagnes.models import Campagne
from candidatures.dossiers import actions as suite_du_dossier
from candidatures.dossiers.models import Instantane
from candidatures.jury.models import Charge, Jure
from candidatures.pilotage.demonstration import comptes, dossiers, fiches
from villes_internet.comptes.models import Utilisateur
from villes_internet.referentiel import actions as referentiel
from villes_internet.referentiel.models import Enjeu, Service
from villes_internet.territoires.models import Collectivite

ANNEE = 2100
REGIONS = ["11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"]

COLLECTIVITES = """
INSERT INTO territoires_collectivite
(type, code, siren, nom, nature, population, codes_postaux, anciens_codes, "precision", nom_normalise, termes,
 a_confirmer, departement_id, region_id)
SELECT 'commune', 'Z' || n, '', 'Commune ' || n, '', 200 + (n * 37) %% 60000, '{}', '{}', '',
       'commune ' || n, 'commune ' || n, false, '33', (%(regions)s::varchar[])[1 + n %% 13]
FROM generate_series(%(de)s, %(a)s) n
"""
MOSAIQUES = """
INSERT INTO mosaique_mosaique
(millesime, date_reference, indice, nb_renseignes, nb_manques, calculee_le, est_figee, collectivite_id, version_id)
SELECT %(annee)s, now(), (substr(code, 2)::int * 7) %% 100, 20, 0, now(), true, id, %(version)s
FROM territoires_collectivite WHERE substr(code, 2)::int BETWEEN %(de)s AND %(a)s
"""
DOSSIERS = """
INSERT INTO candidatures_dossier (etat, cree_le, modifie_le, empreinte_approuvee, depose_le, nb_manques_propres,
                                  nb_actions, campagne_id, collectivite_id, mosaique_id)
SELECT 'en_evaluation', now(), now(), '', now() - substr(c.code, 2)::int * interval '1 minute', 0, 12,
       %(campagne)s, c.id, m.id
FROM territoires_collectivite c JOIN mosaique_mosaique m ON m.collectivite_id = c.id
WHERE substr(c.code, 2)::int BETWEEN %(de)s AND %(a)s
"""
INSTANTANES = """
INSERT INTO candidatures_instantane (numero, contenu, empreinte, depose_le, recepisse, depose_par_id, dossier_id)
SELECT 1, %(contenu)s::jsonb, '', d.depose_le, '', %(par)s, d.id
FROM candidatures_dossier d JOIN territoires_collectivite c ON c.id = d.collectivite_id
WHERE d.campagne_id = %(campagne)s AND substr(c.code, 2)::int BETWEEN %(de)s AND %(a)s
      AND (substr(c.code, 2)::int <= 60 OR d.id %% 50 = 0)
"""
AFFECTATIONS = """
INSERT INTO candidatures_affectation (affectee_le, affectee_par_id, dossier_id, jure_id)
SELECT now(), %(par)s, d.id, (%(jures)s::bigint[])[1 + (d.id + k) %% %(nb_jures)s]
FROM candidatures_dossier d JOIN territoires_collectivite c ON c.id = d.collectivite_id, generate_series(0, 2) k
WHERE d.campagne_id = %(campagne)s AND substr(c.code, 2)::int BETWEEN %(de)s AND %(a)s
"""
EVALUATIONS = """
INSERT INTO candidatures_evaluation
(etat, total, points_forts, pistes, numero_version, modifiee_le, soumise_le, affectation_id)
SELECT CASE WHEN a.id %% 3 = 0 THEN 'brouillon' ELSE 'soumise' END, 40 + a.id %% 50, 'Des services tenus.', 'Publier.',
       1, now(), now(), a.id
FROM candidatures_affectation a LEFT JOIN candidatures_evaluation e ON e.affectation_id = a.id WHERE e.id IS NULL
"""
NOTES = """
INSERT INTO candidatures_note (valeur, preremplie, commentaire, critere_id, evaluation_id)
SELECT (4 + e.id %% 4) / 2.0, CASE WHEN c.est_precalcule THEN (4 + e.id %% 4) / 2.0 END, '', c.id, e.id
FROM candidatures_evaluation e CROSS JOIN candidatures_critere c
WHERE c.campagne_id = %(campagne)s AND NOT EXISTS (SELECT 1 FROM candidatures_note n WHERE n.evaluation_id = e.id)
"""
SYNTHESES = """
INSERT INTO candidatures_synthese
(nb_affectations, nb_soumises, moyenne, ecart, proposition, debat, portes, campagne_id, dossier_id)
SELECT 3, 2, 30 + d.id %% 60, d.id %% 25, 1 + d.id %% 5,
       CASE WHEN d.id %% 25 >= 15 THEN '{ecart}'::varchar[] ELSE '{}' END, '[]', d.campagne_id, d.id
FROM candidatures_dossier d LEFT JOIN candidatures_synthese s ON s.dossier_id = d.id WHERE s.id IS NULL
"""
RESULTATS = """
INSERT INTO candidatures_resultat (nom, type, region_id, arobases, campagne_id, collectivite_id, dossier_id)
SELECT c.nom, c.type, c.region_id, 1 + d.id %% 5, d.campagne_id, c.id, d.id
FROM candidatures_dossier d JOIN territoires_collectivite c ON c.id = d.collectivite_id
LEFT JOIN candidatures_resultat r ON r.dossier_id = d.id WHERE r.id IS NULL
"""
TABLES = (COLLECTIVITES, MOSAIQUES, DOSSIERS, INSTANTANES, AFFECTATIONS, EVALUATIONS, NOTES, SYNTHESES, RESULTATS)


def preparer() -> Campagne:
    """People, référentiel, one campaign in evaluation with one real dossier deposited; ten jurors."""
    with connection.cursor() as curseur:
        curseur.executemany(
            "INSERT INTO territoires_region (code, nom) VALUES (%s, %s)", [(r, f"Région {r}") for r in REGIONS]
        )
        curseur.execute("INSERT INTO territoires_departement (code, nom, region_id) VALUES ('33', 'Gironde', '75')")
    maintenant = timezone.now()
    admin = comptes.association(maintenant)
    version = referentiel.publier(
        referentiel.importer_version(referentiel.charger_donnees("2027")), par=admin, a=maintenant
    )
    campagne = campagnes.creer(
        ANNEE,
        version=version,
        regles=campagnes.charger_regles("2027"),
        ouverture_le=maintenant - timedelta(days=90),
        cloture_le=maintenant + timedelta(days=1),
        par=admin,
    )
    campagnes.annoncer(campagne, par=admin)
    campagnes.ouvrir(campagne, par=admin)
    _deposer_un_vrai_dossier(campagne, admin)
    campagnes.clore(campagne, par=admin, a=timezone.now(), motif="Mesure")
    campagnes.evaluer(campagne, par=admin)
    for membre, qualite in comptes.jures(admin, maintenant):
        jure = Jure.objects.create(utilisateur=membre, qualite=qualite, quota=32_000)
        Charge.objects.create(jure=jure, campagne=campagne)
    return campagne


def _deposer_un_vrai_dossier(campagne: Campagne, admin: Utilisateur) -> None:
    """The dossier whose snapshot the sown ones repeat: twelve fiches, every step, the whole mosaic."""
    collectivite = Collectivite.objects.create(
        type="commune",
        code="Z0",
        nom="Commune 0",
        nom_normalise="commune 0",
        termes="commune 0",
        population=20_000,
        departement_id="33",
        region_id="75",
    )
    alea = Random(ANNEE)  # noqa: S311 - the measure must be the same each time
    referent, signataire = comptes.equipe(collectivite, "https://commune0.example", 0, admin, timezone.now())
    publiees = fiches.publier_fiches(
        collectivite,
        fiches.lire()[::12],
        services={s.code: s for s in Service.objects.filter(enjeu__famille__version=campagne.version)},
        par=referent,
        le=timezone.now(),
        alea=alea,
        est_exemplaire=True,
    )
    participant = dossiers.Participant(
        collectivite, "https://commune0.example", 4, referent, signataire, publiees, "depose"
    )
    enjeux = list(Enjeu.objects.filter(famille__version=campagne.version).prefetch_related("services"))
    dossier = dossiers.deposer(dossiers.ouvrir(campagne, participant, enjeux, alea), participant)
    suite_du_dossier.declarer_recevable(dossier, par=admin)
    suite_du_dossier.mettre_en_evaluation(dossier, par=admin)


def semer(campagne: Campagne, jusqu_a: int) -> None:
    """Bring the campaign to ``jusqu_a`` dossiers of three readings each, the real one included."""
    jures = list(Jure.objects.order_by("pk").values_list("pk", flat=True))
    parametres: dict[str, Any] = {
        "de": campagne.dossiers.count(),
        "a": jusqu_a - 1,
        "annee": ANNEE,
        "version": campagne.version_id,
        "campagne": campagne.pk,
        "par": Utilisateur.objects.get(email=comptes.ADMIN).pk,
        "jures": jures,
        "regions": REGIONS,
        "nb_jures": len(jures),
        "contenu": json.dumps(Instantane.objects.order_by("pk")[:1].get().contenu),
    }
    with connection.cursor() as curseur:
        for requete in TABLES:
            curseur.execute(requete, parametres)
        curseur.execute(
            "UPDATE candidatures_charge c SET nb_affectations = t.n, nb_soumises = t.soumises FROM ("
            "SELECT a.jure_id, count(*) n, count(*) FILTER (WHERE e.etat = 'soumise') soumises"
            " FROM candidatures_affectation a JOIN candidatures_evaluation e ON e.affectation_id = a.id GROUP BY 1) t"
            " WHERE t.jure_id = c.jure_id"
        )
        curseur.execute("VACUUM ANALYZE")


def changer_d_etat(campagne: Campagne, etat: str, etat_des_dossiers: str) -> None:
    """Bring the whole campaign to another moment of the year."""
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE candidatures_campagne SET etat = %s, publiee_le = now() WHERE id = %s", [etat, campagne.pk]
        )
        curseur.execute(
            "UPDATE candidatures_dossier SET etat = %s WHERE campagne_id = %s", [etat_des_dossiers, campagne.pk]
        )
        curseur.execute("VACUUM ANALYZE")
