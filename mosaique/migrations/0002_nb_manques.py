from django.db import migrations, models

# The rule of ``mosaique.completude.manques`` on the day of this migration, for the mosaïques that exist.
COMPTER = """
UPDATE mosaique_mosaique m SET nb_manques = (
  SELECT count(*) FROM mosaique_reponseenjeu r JOIN referentiel_version v ON v.id = m.version_id
  WHERE r.mosaique_id = m.id AND (
    r.niveau IS NULL
    OR EXISTS (
      SELECT 1 FROM referentiel_service s WHERE s.enjeu_id = r.enjeu_id
      AND coalesce(nullif(r.services -> s.code ->> 'statut', ''), 'non_renseigne') = 'non_renseigne'
    )
    OR EXISTS (
      SELECT 1 FROM jsonb_each(r.services) e WHERE e.value ->> 'statut' = 'non_concerne'
      AND btrim(coalesce(e.value ->> 'motif', '')) = ''
    )
    OR (SELECT count(*) FROM jsonb_each(r.services) e WHERE e.value ->> 'statut' = 'non_concerne')
      > (v.bareme ->> 'max_non_concernes')::int
  )
)
"""


class Migration(migrations.Migration):
    dependencies = [("mosaique", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="mosaique",
            name="nb_manques",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="enjeux à compléter"),
        ),
        migrations.RunSQL(COMPTER, migrations.RunSQL.noop),
    ]
