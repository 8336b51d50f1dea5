"""The supported levels join the scores on the row of the statistics; those of past years come from the frozen answers."""

from django.db import migrations, models

REMPLIR = """
UPDATE mosaique_cliche c SET niveaux = lus.niveaux FROM (
    SELECT r.mosaique_id, jsonb_object_agg(e.code, r.niveau_etaye) niveaux
    FROM mosaique_reponseenjeu r JOIN referentiel_enjeu e ON e.id = r.enjeu_id
    GROUP BY r.mosaique_id
) lus WHERE lus.mosaique_id = c.mosaique_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mosaique", "0010_recalcul"),
        ("referentiel", "0001_initial"),
        ("territoires", "0002_cle_alphabetique"),
    ]

    operations = [
        migrations.AddField(
            model_name="cliche",
            name="niveaux",
            field=models.JSONField(db_default={}, default=dict, verbose_name="niveaux étayés par enjeu"),
        ),
        migrations.RunSQL(REMPLIR, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="cliche",
            index=models.Index(
                fields=["millesime", "version", "strate", "region"], include=("indice",), name="cliche_observe"
            ),
        ),
    ]
