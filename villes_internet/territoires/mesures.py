"""A registry of the size of the country's, sown straight in SQL for the benchmarks; the same each time."""

from django.db import connection

COMMUNES = 35_000

REGISTRE = """
INSERT INTO territoires_region (code, nom) SELECT 'R' || r, 'Région ' || r FROM generate_series(0, 17) r;
INSERT INTO territoires_departement (code, nom, region_id)
SELECT 'D' || d, 'Département ' || d, 'R' || d % 18 FROM generate_series(0, 99) d;
INSERT INTO territoires_collectivite (type, code, siren, nom, nature, population, codes_postaux, anciens_codes,
    "precision", nom_normalise, termes, a_confirmer, departement_id, region_id)
SELECT 'epci', 'E' || e, '', 'Intercommunalité ' || e, 'CC', 5000 + e * 97 % 400000, '{{}}', '{{}}', '',
    'intercommunalite ' || e, '', false, 'D' || e % 100, 'R' || e % 100 % 18
FROM generate_series(0, 1254) e;
INSERT INTO territoires_collectivite (type, code, siren, nom, nature, population, codes_postaux, anciens_codes,
    "precision", nom_normalise, termes, a_confirmer, departement_id, region_id, epci_id, latitude, longitude)
SELECT 'commune', 'C' || n, '', 'Commune ' || n, '', floor(exp(4.5 + 6.5 * power(random(), 2.2))), '{{}}', '{{}}', '',
    'commune ' || n, '', false, e.departement_id, e.region_id, e.id,
    43 + (e.id % 10) * 0.7 + random() * 0.7, -1.5 + (e.id / 10 % 10) * 0.8 + random() * 0.8
FROM generate_series(1, {communes}) n JOIN territoires_collectivite e ON e.code = 'E' || n % 1255
"""


def semer_le_registre(communes: int = COMMUNES) -> None:
    """Regions, départements, intercommunalités and communes; the random draws begin at the same seed."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT setseed(0.5)")
        curseur.execute(REGISTRE.format(communes=communes))
