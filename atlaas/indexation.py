"""Keep the search in step with the fiches: one row of ``Entree`` for each public one, in the same transaction.

``VALEURS`` says which choices of which facet a fiche has, ``TEXTES`` its words by weight, its quality, its point and
its draw. Everything here is set-based: one fiche or two thousand cost the same three statements. Names are
joined by a stop word, which takes a place, so that no phrase runs from one to the next; « Wi-Fi » is also « wifi ».
The codes of enjeux and services are those of the current référentiel (``VERSION``): a tag of an older one is
translated, at the latest the night after the publication.
"""

from collections.abc import Iterable, Iterator

from django.db import connection, transaction

from atlaas.models import Action, Entree, Facette, Genre
from atlaas.models.recherche import ECHANTILLONS

BLOC = 2_000
VERSION = """SELECT id FROM referentiel_version WHERE etat <> 'brouillon' AND NOT est_historique
             ORDER BY etat = 'publiee' DESC, code DESC LIMIT 1"""
LESQUELLES = "a.id = ANY(%(cles)s) AND a.etat IN ('publiee', 'a_confirmer')"

VALEURS = f"""
SELECT a.id AS action_id, v.genre, v.code, v.libelle
FROM atlaas_action a
JOIN territoires_collectivite c ON c.id = a.collectivite_id
LEFT JOIN territoires_region r ON r.code = c.region_id
LEFT JOIN territoires_departement d ON d.code = c.departement_id
LEFT JOIN territoires_collectivite i ON i.id = c.epci_id
LEFT JOIN LATERAL (SELECT arobases FROM atlaas_distinction x WHERE x.collectivite_id = c.id
                   ORDER BY annee DESC LIMIT 1) l ON true
CROSS JOIN LATERAL (
    VALUES ('strate', CASE WHEN c.type <> 'commune' THEN 'epci' WHEN c.population >= 100000 THEN 'grande'
                           WHEN c.population >= 20000 THEN 'moyenne' WHEN c.population >= 3000 THEN 'petite'
                           ELSE 'village' END, ''),
           ('type', c.type, ''),
           ('region', r.code, r.nom),
           ('departement', d.code, d.nom),
           ('epci', CASE WHEN c.type = 'commune' THEN i.code ELSE c.code END,
                    CASE WHEN c.type = 'commune' THEN i.nom ELSE c.nom END),
           ('stade', a.stade, ''),
           ('libre', CASE WHEN a.est_libre THEN 'oui' END, ''),
           ('replicable', CASE WHEN a.est_replicable THEN 'oui' END, ''),
           ('annee', extract(year FROM coalesce(a.date_debut, a.publiee_le::date))::int::text, ''),
           ('arobases', l.arobases::text, '')
) v (genre, code, libelle)
WHERE {LESQUELLES} AND v.code <> ''
UNION ALL
SELECT a.id, 'public', p.code, ''
FROM atlaas_action a, unnest(a.publics_vises) p (code)
WHERE {LESQUELLES}
UNION ALL
SELECT a.id, 'outil', o.cle, o.nom
FROM atlaas_action a
JOIN atlaas_action_outils_connus l ON l.action_id = a.id
JOIN atlaas_outil o ON o.id = l.outil_id
WHERE {LESQUELLES}
UNION ALL
SELECT a.id, 'selection', s.slug, s.titre
FROM atlaas_action a
JOIN atlaas_retenue r ON r.action_id = a.id
JOIN atlaas_selection s ON s.id = r.selection_id AND s.etat = 'publiee'
WHERE {LESQUELLES}
UNION ALL
SELECT a.id, v.genre, v.code, v.libelle
FROM atlaas_action a
JOIN atlaas_action_services l ON l.action_id = a.id
CROSS JOIN LATERAL (SELECT l.service_id
                    UNION ALL SELECT q.to_service_id FROM referentiel_service_equivalents q
                              WHERE q.from_service_id = l.service_id) t (id)
JOIN referentiel_service s ON s.id = t.id
JOIN referentiel_enjeu e ON e.id = s.enjeu_id
JOIN referentiel_famille f ON f.id = e.famille_id AND f.version_id = ({VERSION})
CROSS JOIN LATERAL (VALUES ('enjeu', e.code, e.nom), ('service', s.code, s.nom)) v (genre, code, libelle)
WHERE {LESQUELLES}
"""
TEXTES = rf"""
SELECT a.id AS action_id, a.collectivite_id, coalesce(a.publiee_le, a.cree_le) AS publiee_le,
       (coalesce(a.confirmee_le, a.publiee_le, a.cree_le)::date - DATE '2000-01-01')
           + CASE WHEN a.est_replicable THEN 365 ELSE 0 END
           + CASE WHEN a.indicateur_valeur IS NOT NULL THEN 120 ELSE 0 END
           - CASE WHEN a.stade = 'arretee' OR a.etat IN ('a_confirmer') THEN 365 ELSE 0 END AS qualite,
       (hashint8(a.id) & 1023)::smallint AS tirage,
       coalesce(a.latitude, c.latitude)::float8 AS latitude, coalesce(a.longitude, c.longitude)::float8 AS longitude,
       vi_sans_accents(a.titre) AS mots_a,
       vi_sans_accents(concat_ws(' ', 'et', s.noms, a.outils, (
           SELECT string_agg(replace(m[1], '-', ''), ' et ')
           FROM regexp_matches(concat_ws(' ', a.titre, a.resume, s.noms, a.outils), '(\w+(?:-\w+)+)', 'g') m
       ))) AS mots_b,
       vi_sans_accents('et ' || a.resume) AS mots_c,
       vi_sans_accents(concat_ws(' ', 'et', a.description, a.resultats, a.publics, a.structure, a.nom_operateur,
                                 c.nom, d.nom, r.nom, i.nom, p.noms)) AS mots_d
FROM atlaas_action a
JOIN territoires_collectivite c ON c.id = a.collectivite_id
LEFT JOIN territoires_region r ON r.code = c.region_id
LEFT JOIN territoires_departement d ON d.code = c.departement_id
LEFT JOIN territoires_collectivite i ON i.id = c.epci_id
LEFT JOIN LATERAL (SELECT concat_ws(' et ', string_agg(s.nom, ' et '), string_agg(DISTINCT e.nom, ' et ')) AS noms
                   FROM atlaas_action_services l
                   JOIN referentiel_service s ON s.id = l.service_id
                   JOIN referentiel_enjeu e ON e.id = s.enjeu_id
                   WHERE l.action_id = a.id) s ON true
LEFT JOIN LATERAL (SELECT string_agg(p.nom, ' et ') AS noms
                   FROM atlaas_action_partenaires l
                   JOIN territoires_collectivite p ON p.id = l.collectivite_id
                   WHERE l.action_id = a.id) p ON true
WHERE {LESQUELLES}
"""
FACETTES = f"""
WITH valeurs AS MATERIALIZED ({VALEURS})
INSERT INTO atlaas_facette (genre, code, libelle, nb)
SELECT v.genre, v.code, max(v.libelle), 0 FROM valeurs v
WHERE NOT EXISTS (SELECT FROM atlaas_facette f WHERE f.genre = v.genre AND f.code = v.code)
GROUP BY v.genre, v.code ORDER BY v.genre, v.code
ON CONFLICT (genre, code) DO NOTHING
"""
ENTREES = f"""
WITH valeurs AS MATERIALIZED ({VALEURS}), textes AS MATERIALIZED ({TEXTES}), choix AS MATERIALIZED (
    SELECT v.action_id, array_agg(DISTINCT f.id) AS facettes
    FROM valeurs v JOIN atlaas_facette f ON f.genre = v.genre AND f.code = v.code
    GROUP BY v.action_id
)
INSERT INTO atlaas_entree (action_id, collectivite_id, publiee_le, qualite, tirage, facettes, latitude, longitude,
                           mots_a, mots_b, mots_c, mots_d)
SELECT t.action_id, t.collectivite_id, t.publiee_le, t.qualite, t.tirage, coalesce(c.facettes, '{{}}'),
       t.latitude, t.longitude, t.mots_a, t.mots_b, t.mots_c, t.mots_d
FROM textes t
LEFT JOIN choix c ON c.action_id = t.action_id
ON CONFLICT (action_id) DO UPDATE SET
    collectivite_id = excluded.collectivite_id, publiee_le = excluded.publiee_le, qualite = excluded.qualite,
    facettes = excluded.facettes, latitude = excluded.latitude, longitude = excluded.longitude,
    mots_a = excluded.mots_a, mots_b = excluded.mots_b, mots_c = excluded.mots_c, mots_d = excluded.mots_d
"""
COMPTES = """
UPDATE atlaas_facette f SET nb = coalesce(c.nb, 0)
FROM atlaas_facette g
LEFT JOIN (SELECT facette, count(*) AS nb FROM atlaas_entree, unnest(facettes) facette GROUP BY 1) c ON c.facette = g.id
WHERE f.id = g.id AND f.nb IS DISTINCT FROM coalesce(c.nb, 0)
"""
MOTS = """
WITH textes AS (
    SELECT a.titre || ' ' || a.resume || ' ' || a.outils AS texte
    FROM atlaas_entree e JOIN atlaas_action a ON a.id = e.action_id WHERE e.tirage < %(borne)s
    UNION ALL SELECT s.nom FROM referentiel_service s
    UNION ALL SELECT c.nom FROM territoires_collectivite c
    WHERE EXISTS (SELECT FROM atlaas_entree e WHERE e.collectivite_id = c.id)
), mots AS (
    SELECT lower(mot) AS mot, count(*) AS nb
    FROM textes, regexp_split_to_table(texte, '[^[:alnum:]]+') mot WHERE length(mot) BETWEEN 4 AND 60 GROUP BY 1
)
INSERT INTO atlaas_motconnu (cle, mot, nb)
SELECT DISTINCT ON (cle) cle, mot, sum(nb) OVER (PARTITION BY cle)
FROM (SELECT vi_sans_accents(mot) AS cle, mot, nb FROM mots) m WHERE length(cle) <= 60 ORDER BY cle, nb DESC, mot
ON CONFLICT (cle) DO UPDATE SET mot = excluded.mot, nb = excluded.nb
"""
TEXTES_LUS = 50_000  # fiches from which the vocabulary is drawn


@transaction.atomic
def indexer(cles: Iterable[int]) -> None:
    """Write the rows of these fiches anew, and remove those of the fiches that are no longer public."""
    parametres = {"cles": sorted(cles)}
    Entree.objects.filter(action__in=parametres["cles"]).exclude(action__in=Action.objects.publiees()).delete()
    with connection.cursor() as curseur:
        curseur.execute(FACETTES, parametres)
        curseur.execute(ENTREES, parametres)


def renommer(genre: Genre, code: str, libelle: str) -> None:
    """A choice keeps its rows under another label."""
    Facette.objects.filter(genre=genre, code=code).update(libelle=libelle)


def compter() -> None:
    """Count the public fiches of each choice: what a visitor sees who has not narrowed anything."""
    with connection.cursor() as curseur:
        curseur.execute(COMPTES)


def apprendre() -> None:
    """Learn the words of the fiches, by which a misspelling is mended."""
    nb = max(1, Entree.objects.count())
    with connection.cursor() as curseur:
        curseur.execute(MOTS, {"borne": min(ECHANTILLONS, 1 + ECHANTILLONS * TEXTES_LUS // nb)})


def tout_reindexer() -> int:
    """Every fiche, block after block, each in its own transaction; how many. Safe to run twice, or to interrupt."""
    nb = 0
    for cles in _blocs():
        indexer(cles)
        nb += len(cles)
    compter()
    apprendre()
    return nb


def _blocs() -> Iterator[list[int]]:
    """Keys of the fiches that are public, or that have a row though they no longer are."""
    dernier = 0
    while cles := list(
        (Action.objects.publiees() | Action.objects.filter(entree__isnull=False))
        .filter(pk__gt=dernier)
        .order_by("pk")
        .values_list("pk", flat=True)[:BLOC]
    ):
        yield cles
        dernier = cles[-1]
