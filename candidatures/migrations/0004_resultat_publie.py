import django.db.models.deletion
from django.db import migrations, models

# Results already entered take the region and the type that their collectivité has today.
REPRENDRE = """
UPDATE candidatures_resultat r SET type = c.type, region_id = c.region_id
FROM territoires_collectivite c WHERE c.id = r.collectivite_id
"""


class Migration(migrations.Migration):
    dependencies = [("candidatures", "0004_cle_alphabetique"), ("territoires", "0002_cle_alphabetique")]

    operations = [
        migrations.AddField(
            model_name="resultat",
            name="type",
            field=models.CharField(
                choices=[
                    ("commune", "commune"),
                    ("commune_deleguee", "commune déléguée"),
                    ("commune_associee", "commune associée"),
                    ("arrondissement", "arrondissement municipal"),
                    ("epci", "intercommunalité"),
                    ("ept", "établissement public territorial"),
                ],
                default="commune",
                max_length=20,
                verbose_name="type",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="resultat",
            name="region",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="territoires.region",
                verbose_name="région",
            ),
        ),
        migrations.RunSQL(REPRENDRE, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="resultat", name="resultat_palmares"),
        migrations.AddIndex(
            model_name="resultat",
            index=models.Index(
                fields=["campagne", "-arobases", "cle_alphabetique", "id"],
                include=("region", "type"),
                name="resultat_palmares",
            ),
        ),
    ]
