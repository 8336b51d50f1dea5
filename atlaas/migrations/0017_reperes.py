import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.math
from django.db import migrations, models

# The landmarks of a row, as atlaas.models.recherche numbers them: the samples that it belongs to (half of the rows, a
# quarter… to a 1,024th), its band of quality, its squares of the map.
REPERES = """
CREATE FUNCTION vi_reperes(tirage integer, qualite integer, x integer, y integer) RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT (ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[1:10 - width_bucket(tirage, ARRAY[1, 2, 4, 8, 16, 32, 64, 128, 256, 512])]
    || 1000 + greatest(qualite, 0) / 32
    || CASE WHEN x IS NULL OR y IS NULL THEN ARRAY[]::integer[]
            ELSE ARRAY[100000 + (x >> 18) * 256 + (y >> 18), 1000000 + (x >> 15) * 2048 + (y >> 15)] END
$$
"""


class Migration(migrations.Migration):
    """Words, choices and landmarks are answered by one index."""

    dependencies = [
        ('atlaas', '0016_questions_corrections_gardees'),
    ]

    operations = [
        migrations.RunSQL(REPERES, 'DROP FUNCTION vi_reperes(integer, integer, integer, integer)'),
        migrations.RemoveIndex(model_name='entree', name='entree_recherche'),
        migrations.RemoveIndex(model_name='entree', name='entree_facettes'),
        migrations.RemoveIndex(model_name='entree', name='entree_tirage'),
        migrations.AddField(
            model_name='entree',
            name='reperes',
            field=models.GeneratedField(
                expression=models.Func(
                    'tirage', 'qualite',
                    django.db.models.functions.comparison.Cast(django.db.models.functions.math.Floor(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('longitude'), '+', models.Value(180.0)), '/', models.Value(360.0)), '*', models.Value(67108864.0))), models.IntegerField()),
                    django.db.models.functions.comparison.Cast(django.db.models.functions.math.Floor(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.Value(0.5), '-', django.db.models.expressions.CombinedExpression(django.db.models.functions.math.Ln(django.db.models.functions.math.Tan(django.db.models.expressions.CombinedExpression(models.Value(0.7853981633974483), '+', django.db.models.expressions.CombinedExpression(django.db.models.functions.math.Radians(django.db.models.functions.comparison.Least(django.db.models.functions.comparison.Greatest(models.F('latitude'), models.Value(-85.05)), models.Value(85.05))), '/', models.Value(2.0))))), '/', models.Value(6.283185307179586))), '*', models.Value(67108864.0))), models.IntegerField()),
                    function='vi_reperes',
                ),
                output_field=django.contrib.postgres.fields.ArrayField(models.IntegerField()),
                db_persist=True,
            ),
        ),
        # Kept in the row, for counting; what was stored apart comes back with the nightly task.
        migrations.RunSQL(
            'ALTER TABLE atlaas_entree ALTER facettes SET STORAGE MAIN, ALTER reperes SET STORAGE MAIN',
            'ALTER TABLE atlaas_entree ALTER facettes SET STORAGE EXTENDED',
        ),
        migrations.AddIndex(
            model_name='entree',
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=['recherche', 'facettes', 'reperes'], name='entree_reponse'
            ),
        ),
    ]
